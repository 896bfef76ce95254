-- One row a month, account, usage type, operation, price and policy-tag cell, with its quantity: what prices and
-- volumes are told from. "x_unpriced_cost" is the effective cost of usage that carries no public price.
SELECT
  "BillingPeriodStart",
  "SubAccountId",
  "ServiceName",
  "RegionId",
  "ChargeCategory",
  "x_charge_kind",
  "x_line_item_type",
  "PricingCategory",
  "CommitmentDiscountType",
  "CommitmentDiscountStatus",
  "ProviderName",
  "PublisherName",
  "BillingCurrency",
  "x_ServiceCode",
  "x_UsageType",
  "x_Operation",
  "x_instance_type",
  "PricingUnit"{tags},
  sum("PricingQuantity") AS "PricingQuantity",
  sum("BilledCost") AS "BilledCost",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("ContractedCost") AS "ContractedCost",
  sum("x_net_discount") AS "x_net_discount",
  sum("x_unpriced_cost") AS "x_unpriced_cost",
  CAST(sum("x_unpriced_rows") AS BIGINT) AS "x_unpriced_rows",
  CAST(sum("x_rows") AS BIGINT) AS "x_rows"
FROM charge_daily
GROUP BY
  "BillingPeriodStart", "SubAccountId", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind",
  "x_line_item_type", "PricingCategory", "CommitmentDiscountType", "CommitmentDiscountStatus", "ProviderName",
  "PublisherName", "BillingCurrency", "x_ServiceCode", "x_UsageType", "x_Operation", "x_instance_type",
  "PricingUnit"{tags}
ORDER BY
  "SubAccountId", "ServiceName", "x_UsageType", "x_Operation", "RegionId", "x_line_item_type", "ChargeCategory",
  "x_charge_kind", "PricingCategory", "CommitmentDiscountType", "CommitmentDiscountStatus", "ProviderName",
  "PublisherName", "BillingCurrency", "x_ServiceCode", "x_instance_type", "PricingUnit"{tags}
