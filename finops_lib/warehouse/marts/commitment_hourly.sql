-- Hour by hour, the usage that Savings Plans or Reserved Instances cover or could cover (EC2 instances without Spot
-- and transfer, Fargate, Lambda compute, and the database and cache instances): an estimate of eligibility, as AWS
-- publishes no list of eligible SKUs. The few combinations of keys are told from charge_daily and numbered: hours are
-- nearly as many as rows, and summing them by a number costs half of summing them by a dozen texts.
WITH eligible AS (
  SELECT
    dense_rank() OVER (
      ORDER BY "BillingPeriodStart", "SubAccountId", "x_ServiceCode", "RegionId", "x_instance_type", "x_UsageType",
        "x_Operation", "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType", "BillingCurrency") AS x_key,
    *
  FROM (
    SELECT DISTINCT
      "BillingPeriodStart", "SubAccountId", "x_ServiceCode", "RegionId", "x_instance_type", "x_UsageType",
      "x_Operation", "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType", "BillingCurrency",
      "x_line_item_type", "ChargeCategory", "CommitmentDiscountStatus"
    FROM charge_daily
  ) AS kinds
  WHERE "x_line_item_type" IN ('DiscountedUsage', 'SavingsPlanCoveredUsage')
    OR ("ChargeCategory" = 'Usage' AND "CommitmentDiscountStatus" = 'Used')
    OR ("ChargeCategory" = 'Usage' AND "PricingCategory" = 'Standard' AND (
      ("x_ServiceCode" = 'AmazonEC2' AND "x_Operation" LIKE 'RunInstances%' AND "x_UsageType" LIKE '%Usage:%')
      OR ("x_ServiceCode" IN ('AmazonECS', 'AmazonEKS') AND "x_UsageType" LIKE '%Fargate%')
      OR ("x_ServiceCode" = 'AWSLambda' AND ("x_UsageType" LIKE '%GB-Second%' OR "x_UsageType" LIKE '%Provisioned%'))
      OR ("x_ServiceCode" = 'AmazonRDS' AND "x_UsageType" LIKE '%Usage:db.%')
      OR ("x_ServiceCode" IN ('AmazonElastiCache', 'AmazonRedshift', 'AmazonES') AND "x_UsageType" LIKE '%Usage:%')
      OR ("x_ServiceCode" = 'AmazonSageMaker' AND "x_UsageType" LIKE '%:ml.%')))
),
hours AS (
  SELECT
    x_key,
    "ChargePeriodStart",
    sum("PricingQuantity") AS "PricingQuantity",
    sum("x_normalized_units") AS "x_normalized_units",
    sum("EffectiveCost") AS "EffectiveCost",
    sum("ListCost") AS "ListCost",
    sum("ContractedCost") AS "ContractedCost"
  FROM cost JOIN eligible
    ON cost."BillingPeriodStart" IS NOT DISTINCT FROM eligible."BillingPeriodStart"
    AND cost."SubAccountId" IS NOT DISTINCT FROM eligible."SubAccountId"
    AND cost."x_ServiceCode" IS NOT DISTINCT FROM eligible."x_ServiceCode"
    AND cost."RegionId" IS NOT DISTINCT FROM eligible."RegionId"
    AND cost."x_instance_type" IS NOT DISTINCT FROM eligible."x_instance_type"
    AND cost."x_UsageType" IS NOT DISTINCT FROM eligible."x_UsageType"
    AND cost."x_Operation" IS NOT DISTINCT FROM eligible."x_Operation"
    AND cost."PricingCategory" IS NOT DISTINCT FROM eligible."PricingCategory"
    AND cost."CommitmentDiscountId" IS NOT DISTINCT FROM eligible."CommitmentDiscountId"
    AND cost."CommitmentDiscountType" IS NOT DISTINCT FROM eligible."CommitmentDiscountType"
    AND cost."BillingCurrency" IS NOT DISTINCT FROM eligible."BillingCurrency"
    AND cost."x_line_item_type" IS NOT DISTINCT FROM eligible."x_line_item_type"
    AND cost."ChargeCategory" IS NOT DISTINCT FROM eligible."ChargeCategory"
    AND cost."CommitmentDiscountStatus" IS NOT DISTINCT FROM eligible."CommitmentDiscountStatus"
  GROUP BY x_key, "ChargePeriodStart"
)
SELECT
  "BillingPeriodStart",
  "ChargePeriodStart",
  "SubAccountId",
  "x_ServiceCode",
  "RegionId",
  "x_instance_type",
  "x_UsageType",
  "x_Operation",
  "PricingCategory",
  "CommitmentDiscountId",
  "CommitmentDiscountType",
  "BillingCurrency",
  "PricingQuantity",
  "x_normalized_units",
  "EffectiveCost",
  "ListCost",
  "ContractedCost"
FROM hours JOIN (
  SELECT DISTINCT
    x_key, "BillingPeriodStart", "SubAccountId", "x_ServiceCode", "RegionId", "x_instance_type", "x_UsageType",
    "x_Operation", "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType", "BillingCurrency"
  FROM eligible
) AS keys USING (x_key)
