-- One row a policy tag key, value, account, service and kind of charge: the base of every dollar-weighted tag figure.
-- Repeated for each key and joined by UNION ALL; holes: {key} the key, {column} its column. Null value: not tagged.
SELECT
  "BillingPeriodStart",
  "SubAccountId",
  "ServiceName",
  "x_charge_kind",
  "BillingCurrency",
  {key} AS "x_tag_key",
  {column} AS "x_tag_value",
  sum("BilledCost") AS "BilledCost",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("ContractedCost") AS "ContractedCost"
FROM cost_monthly
GROUP BY "BillingPeriodStart", "SubAccountId", "ServiceName", "x_charge_kind", "BillingCurrency", {column}
