-- What a CUR file holds, per payer, month, account, currency and line item type, straight from its own columns.
WITH rows AS (
  SELECT *,
    CAST(date_trunc('month', bill_billing_period_start_date) AS DATE) AS period,
    coalesce(line_item_operation IN ('ECSTask-EC2', 'EKSPod-EC2'), false)
      OR split_line_item_parent_resource_id IS NOT NULL AS is_split
  FROM ({source})
)
SELECT
  bill_payer_account_id AS payer,
  period,
  line_item_usage_account_id AS account,
  line_item_currency_code AS currency,
  line_item_line_item_type AS type,
  count(*) AS rows,
  coalesce(sum(line_item_unblended_cost) FILTER (WHERE NOT is_split), 0) AS billed,
  count(*) FILTER (WHERE line_item_unblended_cost IS NULL) AS costless,
  count(*) FILTER (WHERE is_split) AS split,
  count(*) FILTER (
    WHERE NOT is_split AND (
      line_item_usage_start_date < period OR line_item_usage_start_date >= period + INTERVAL 1 MONTH)) AS outside,
  coalesce(sum(line_item_unblended_cost) FILTER (
    WHERE NOT is_split AND (
      line_item_usage_start_date < period OR line_item_usage_start_date >= period + INTERVAL 1 MONTH)), 0)
    AS outside_billed,
  count(*) FILTER (WHERE bill_invoice_id IS NULL AND line_item_unblended_cost <> 0) AS uninvoiced,
  list_sort(list(DISTINCT bill_invoice_id)) AS invoices,
  max(line_item_usage_start_date) FILTER (WHERE line_item_usage_start_date < period + INTERVAL 1 MONTH) AS last,
  max(line_item_usage_account_name) AS account_name,
  max(bill_payer_account_name) AS payer_name,
  count(*) FILTER (WHERE line_item_net_unblended_cost <> 0) AS netted,
  coalesce(sum(discount_total_discount), 0) AS discounted,
  count(*) FILTER (WHERE CASE
    WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' THEN savings_plan_savings_plan_effective_cost IS NULL
    WHEN line_item_line_item_type = 'SavingsPlanRecurringFee'
      THEN savings_plan_total_commitment_to_date IS NULL OR savings_plan_used_commitment IS NULL
    WHEN line_item_line_item_type = 'DiscountedUsage' THEN reservation_effective_cost IS NULL
  END) AS unamortized,
  count(*) FILTER (
    WHERE line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage')
      AND pricing_public_on_demand_cost IS NULL AND NOT is_split) AS unpriced,
  coalesce(sum(x_unreadable), 0) AS unreadable
FROM rows
GROUP BY ALL
