-- One row a day, account, service, charge and policy-tag cell. Hole: {tags} the policy tag columns.
SELECT
  "BillingPeriodStart",
  CAST("ChargePeriodStart" AS DATE) AS "x_charge_day",
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
  count(*) AS "x_rows"
FROM cost
GROUP BY
  "BillingPeriodStart", CAST("ChargePeriodStart" AS DATE), "SubAccountId", "ServiceName", "RegionId",
  "ChargeCategory", "x_charge_kind", "PricingCategory", "BillingCurrency"{tags}
ORDER BY
  "SubAccountId", "x_charge_day", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind", "PricingCategory",
  "BillingCurrency"{tags}
