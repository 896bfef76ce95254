-- A FOCUS 1.0 or 1.2 row as delivered, rows of other providers included; only what we add is computed.
-- Holes as in cur_to_focus.sql; {net}, {sp}, {ri} and {services} do not occur.
SELECT
  "BillingAccountId",
  "BillingAccountName",
  "SubAccountId",
  "SubAccountName",
  "BillingCurrency",
  CAST(date_trunc('month', "BillingPeriodStart") AS DATE) AS "BillingPeriodStart",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ChargeCategory",
  "ChargeClass",
  "ChargeFrequency",
  "ChargeDescription",
  "InvoiceId",
  "InvoiceIssuerName",
  coalesce("ProviderName", 'AWS') AS "ProviderName",
  "PublisherName",
  "ServiceName",
  "RegionId",
  "AvailabilityZone",
  "ResourceId",
  "SkuId",
  "SkuPriceId",
  "PricingCategory",
  "PricingQuantity",
  "PricingUnit",
  "CommitmentDiscountId",
  "CommitmentDiscountType",
  "CommitmentDiscountCategory",
  "CommitmentDiscountStatus",
  "BilledCost",
  "EffectiveCost",
  "ListCost",
  "ContractedCost",
  coalesce("x_ServiceCode", "ServiceName") AS "x_ServiceCode",
  coalesce("x_UsageType", "SkuMeter") AS "x_UsageType",
  "x_Operation",
  CAST(NULL AS VARCHAR) AS "x_line_item_type",
  CASE
    WHEN "ChargeCategory" = 'Purchase' AND "CommitmentDiscountId" IS NOT NULL THEN 'commitment'
    WHEN "ChargeCategory" = 'Purchase' THEN 'fee'
    WHEN "ChargeCategory" IN ('Usage', 'Tax', 'Credit') THEN lower("ChargeCategory")
    WHEN "ChargeCategory" = 'Adjustment' AND "ChargeClass" = 'Correction' THEN 'refund'
    WHEN "ChargeCategory" = 'Adjustment' THEN 'discount'
    ELSE 'unclassified'
  END AS "x_charge_kind",
  CAST(NULL AS VARCHAR) AS "x_instance_type",
  CAST(NULL AS DOUBLE) AS "x_normalized_units",
  CAST(NULL AS DECIMAL(38, 12)) AS "x_commitment_used",
  CAST(NULL AS DECIMAL(38, 12)) AS "x_commitment_total",
  CAST(0 AS DECIMAL(38, 12)) AS "x_true_up",
  CAST(0 AS DECIMAL(38, 12)) AS "x_upfront_fee",
  CAST(0 AS DECIMAL(38, 12)) AS "x_net_discount",
  FALSE AS "x_is_split",
  {snapshot} AS "x_snapshot"{tags}
FROM ({source})
{where}
