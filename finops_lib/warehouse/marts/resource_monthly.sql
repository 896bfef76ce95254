-- One row a resource, usage type, commitment and month: what it cost, how much it used, when it was first and last seen.
SELECT
  "BillingPeriodStart",
  "SubAccountId",
  "ResourceId",
  "ServiceName",
  "RegionId",
  "ChargeCategory",
  "x_charge_kind",
  "x_ServiceCode",
  "x_UsageType",
  "x_Operation",
  "x_instance_type",
  "PricingCategory",
  "CommitmentDiscountId",
  "CommitmentDiscountType",
  "CommitmentDiscountStatus",
  "PricingUnit",
  "SkuId",
  "BillingCurrency"{tags},
  min("x_first_seen") AS "x_first_seen",
  max("x_last_seen") AS "x_last_seen",
  sum("PricingQuantity") AS "PricingQuantity",
  sum("BilledCost") AS "BilledCost",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("ContractedCost") AS "ContractedCost",
  CAST(sum("x_rows") AS BIGINT) AS "x_rows"
FROM charge_daily
WHERE "ResourceId" IS NOT NULL AND NOT "x_is_split"
GROUP BY
  "BillingPeriodStart", "SubAccountId", "ResourceId", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind",
  "x_ServiceCode", "x_UsageType", "x_Operation", "x_instance_type", "PricingCategory", "CommitmentDiscountId",
  "CommitmentDiscountType", "CommitmentDiscountStatus", "PricingUnit", "SkuId", "BillingCurrency"{tags}
ORDER BY
  "SubAccountId", "ResourceId", "x_UsageType", "x_Operation", "ServiceName", "RegionId", "ChargeCategory",
  "x_charge_kind", "x_ServiceCode", "x_instance_type", "PricingCategory", "CommitmentDiscountId",
  "CommitmentDiscountType", "CommitmentDiscountStatus", "PricingUnit", "SkuId", "BillingCurrency"{tags}
