-- Hour by hour, the usage that Savings Plans or Reserved Instances cover or could cover (EC2 instances without Spot
-- and transfer, Fargate, Lambda compute, and the database and cache instances): an estimate of eligibility, as AWS
-- publishes no list of eligible SKUs.
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
  sum("PricingQuantity") AS "PricingQuantity",
  sum("x_normalized_units") AS "x_normalized_units",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("ContractedCost") AS "ContractedCost"
FROM cost
WHERE "x_line_item_type" IN ('DiscountedUsage', 'SavingsPlanCoveredUsage')
  OR ("ChargeCategory" = 'Usage' AND "CommitmentDiscountStatus" = 'Used')
  OR ("ChargeCategory" = 'Usage' AND "PricingCategory" = 'Standard' AND (
    ("x_ServiceCode" = 'AmazonEC2' AND "x_Operation" LIKE 'RunInstances%' AND "x_UsageType" LIKE '%Usage:%')
    OR ("x_ServiceCode" IN ('AmazonECS', 'AmazonEKS') AND "x_UsageType" LIKE '%Fargate%')
    OR ("x_ServiceCode" = 'AWSLambda' AND ("x_UsageType" LIKE '%GB-Second%' OR "x_UsageType" LIKE '%Provisioned%'))
    OR ("x_ServiceCode" = 'AmazonRDS' AND "x_UsageType" LIKE '%Usage:db.%')
    OR ("x_ServiceCode" IN ('AmazonElastiCache', 'AmazonRedshift', 'AmazonES') AND "x_UsageType" LIKE '%Usage:%')
    OR ("x_ServiceCode" = 'AmazonSageMaker' AND "x_UsageType" LIKE '%:ml.%')))
GROUP BY
  "BillingPeriodStart", "ChargePeriodStart", "SubAccountId", "x_ServiceCode", "RegionId", "x_instance_type",
  "x_UsageType", "x_Operation", "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType", "BillingCurrency"
