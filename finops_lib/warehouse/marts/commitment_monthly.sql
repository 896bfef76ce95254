-- One row a commitment, account and line item type: what was paid for it, used of it and left unused.
SELECT
  "BillingPeriodStart",
  "SubAccountId",
  "CommitmentDiscountId",
  "CommitmentDiscountType",
  "CommitmentDiscountCategory",
  "x_line_item_type",
  "CommitmentDiscountStatus",
  "BillingCurrency",
  sum("BilledCost") AS "BilledCost",
  sum("EffectiveCost") AS "EffectiveCost",
  sum("ListCost") AS "ListCost",
  sum("x_commitment_used") AS "x_commitment_used",
  sum("x_commitment_total") AS "x_commitment_total",
  sum("x_true_up") AS "x_true_up",
  sum("x_upfront_fee") AS "x_upfront_fee",
  sum("x_net_discount") AS "x_net_discount",
  CAST(sum("x_rows") AS BIGINT) AS "x_rows"
FROM charge_daily
WHERE "CommitmentDiscountId" IS NOT NULL
GROUP BY
  "BillingPeriodStart", "SubAccountId", "CommitmentDiscountId", "CommitmentDiscountType",
  "CommitmentDiscountCategory", "x_line_item_type", "CommitmentDiscountStatus", "BillingCurrency"
ORDER BY
  "CommitmentDiscountId", "SubAccountId", "x_line_item_type", "CommitmentDiscountStatus", "CommitmentDiscountType",
  "CommitmentDiscountCategory", "BillingCurrency"
