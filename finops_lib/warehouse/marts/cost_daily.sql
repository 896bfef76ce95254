-- One row a day, account, service, charge and policy-tag cell. Hole: {tags} the policy tag columns.
SELECT
  "BillingPeriodStart",
  "x_charge_day",
  "SubAccountId",
  "ServiceName",
  "RegionId",
  "ChargeCategory",
  "x_charge_kind",
  "PricingCategory",
  "BillingCurrency"{tags},
  sum("BilledCost") AS "BilledCost",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("ContractedCost") AS "ContractedCost",
  CAST(sum("x_rows") AS BIGINT) AS "x_rows"
FROM charge_daily
GROUP BY
  "BillingPeriodStart", "x_charge_day", "SubAccountId", "ServiceName", "RegionId",
  "ChargeCategory", "x_charge_kind", "PricingCategory", "BillingCurrency"{tags}
ORDER BY
  "SubAccountId", "x_charge_day", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind", "PricingCategory",
  "BillingCurrency"{tags}
