-- A CUR row (legacy or 2.0, names as Athena spells them) as one FOCUS charge. docs/methods/cost-metrics.md explains.
-- Holes: {net} private discounts are filled in; {sp}, {ri} the bill carries the amortization of Savings Plans, RIs;
--        {source} the columns of the files; {services} product names; {snapshot}; {tags} "x AS x_tag_…" items; {where} the payer and month to keep.
WITH typed AS (
  SELECT *,
    coalesce(line_item_operation IN ('ECSTask-EC2', 'EKSPod-EC2'), false)
      OR split_line_item_parent_resource_id IS NOT NULL AS is_split,
    line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage') AS is_usage,
    line_item_line_item_type IN ('Discount', 'BundledDiscount', 'EdpDiscount', 'PrivateRateDiscount',
      'RiVolumeDiscount', 'SppDiscount', 'DistributorDiscount') AS is_discount,
    line_item_line_item_type = 'Refund' AND starts_with(
      coalesce(line_item_line_item_description, ''), 'Refund for one-time fee for Savings Plan ID') AS is_plan_refund
  FROM ({source})
  {where}
),
costed AS (
  SELECT *,
    CASE
      WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' AND {sp} THEN savings_plan_savings_plan_effective_cost
      WHEN line_item_line_item_type IN ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') AND {sp} THEN 0
      WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' AND {sp}
        THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment
      WHEN is_plan_refund AND {sp} THEN 0
      WHEN line_item_line_item_type = 'DiscountedUsage' AND {ri} THEN reservation_effective_cost
      WHEN line_item_line_item_type = 'RIFee' AND {ri}
        THEN coalesce(reservation_unused_amortized_upfront_fee_for_billing_period, 0)
          + coalesce(reservation_unused_recurring_fee, 0)
      WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n IS NOT NULL AND {ri} THEN 0
      ELSE line_item_unblended_cost
    END AS amortized,
    CASE
      WHEN NOT {net} THEN NULL
      WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' AND {sp}
        THEN savings_plan_net_savings_plan_effective_cost
      WHEN line_item_line_item_type IN ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') AND {sp} THEN 0
      WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' AND {sp}
        -- No net column exists for the unused commitment: the row's own net share of its fee stands in.
        THEN CAST(CAST(savings_plan_total_commitment_to_date - savings_plan_used_commitment AS DOUBLE)
          * CAST(savings_plan_net_amortized_upfront_commitment_for_billing_period
              + savings_plan_net_recurring_commitment_for_billing_period AS DOUBLE)
          / NULLIF(CAST(savings_plan_amortized_upfront_commitment_for_billing_period
              + savings_plan_recurring_commitment_for_billing_period AS DOUBLE), 0) AS DECIMAL(38, 12))
      WHEN is_plan_refund AND {sp} THEN 0
      WHEN line_item_line_item_type = 'DiscountedUsage' AND {ri} THEN reservation_net_effective_cost
      WHEN line_item_line_item_type = 'RIFee' AND {ri}
        THEN coalesce(reservation_net_unused_amortized_upfront_fee_for_billing_period,
            reservation_unused_amortized_upfront_fee_for_billing_period, 0)
          + coalesce(reservation_net_unused_recurring_fee, reservation_unused_recurring_fee, 0)
      WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n IS NOT NULL AND {ri} THEN 0
      -- The other rows' net columns already hold the discount; a discount row without one must not count it again.
      WHEN is_discount THEN coalesce(line_item_net_unblended_cost, 0)
      ELSE line_item_net_unblended_cost
    END AS net_amortized
  FROM typed
)
SELECT
  bill_payer_account_id AS "BillingAccountId",
  bill_payer_account_name AS "BillingAccountName",
  line_item_usage_account_id AS "SubAccountId",
  line_item_usage_account_name AS "SubAccountName",
  line_item_currency_code AS "BillingCurrency",
  CAST(date_trunc('month', bill_billing_period_start_date) AS DATE) AS "BillingPeriodStart",
  line_item_usage_start_date AS "ChargePeriodStart",
  line_item_usage_end_date AS "ChargePeriodEnd",
  CASE
    -- The negation takes back the On-Demand value of covered usage, so it belongs to usage.
    WHEN is_usage OR line_item_line_item_type IN ('SavingsPlanNegation', 'FlatRateSubscription') THEN 'Usage'
    WHEN line_item_line_item_type IN ('SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee', 'Fee')
      THEN 'Purchase'
    WHEN line_item_line_item_type IN ('Tax', 'Credit') THEN line_item_line_item_type
    WHEN line_item_line_item_type = 'Refund' OR is_discount THEN 'Adjustment'
    ELSE 'Unclassified'
  END AS "ChargeCategory",
  CASE WHEN line_item_line_item_type = 'Refund' THEN 'Correction' END AS "ChargeClass",
  CASE
    WHEN is_usage OR line_item_line_item_type = 'SavingsPlanNegation' THEN 'Usage-Based'
    WHEN line_item_line_item_type IN ('SavingsPlanRecurringFee', 'RIFee', 'FlatRateSubscription') THEN 'Recurring'
    ELSE 'One-Time'
  END AS "ChargeFrequency",
  line_item_line_item_description AS "ChargeDescription",
  bill_invoice_id AS "InvoiceId",
  bill_invoicing_entity AS "InvoiceIssuerName",
  'AWS' AS "ProviderName",
  coalesce(line_item_legal_entity, bill_billing_entity) AS "PublisherName",
  coalesce(services.name, line_item_product_code) AS "ServiceName",
  product_region_code AS "RegionId",
  line_item_availability_zone AS "AvailabilityZone",
  line_item_resource_id AS "ResourceId",
  product_sku AS "SkuId",
  pricing_rate_code AS "SkuPriceId",
  CASE
    WHEN line_item_line_item_type IN ('DiscountedUsage', 'SavingsPlanCoveredUsage') THEN 'Committed'
    WHEN NOT is_usage THEN NULL
    WHEN contains(line_item_usage_type, 'Spot') THEN 'Dynamic'
    ELSE 'Standard'
  END AS "PricingCategory",
  line_item_usage_amount AS "PricingQuantity",
  pricing_unit AS "PricingUnit",
  coalesce(savings_plan_savings_plan_a_r_n, reservation_reservation_a_r_n) AS "CommitmentDiscountId",
  CASE
    WHEN savings_plan_savings_plan_a_r_n IS NOT NULL THEN 'Savings Plan'
    WHEN reservation_reservation_a_r_n IS NOT NULL THEN 'Reserved Instance'
  END AS "CommitmentDiscountType",
  CASE
    WHEN savings_plan_savings_plan_a_r_n IS NOT NULL THEN 'Spend'
    WHEN reservation_reservation_a_r_n IS NOT NULL THEN 'Usage'
  END AS "CommitmentDiscountCategory",
  CASE
    WHEN line_item_line_item_type IN ('DiscountedUsage', 'SavingsPlanCoveredUsage') THEN 'Used'
    WHEN line_item_line_item_type IN ('SavingsPlanRecurringFee', 'RIFee') THEN 'Unused'
  END AS "CommitmentDiscountStatus",
  CASE WHEN is_split THEN 0 ELSE line_item_unblended_cost END AS "BilledCost",
  CASE WHEN is_split THEN 0 ELSE coalesce(net_amortized, amortized) END AS "EffectiveCost",
  CASE WHEN is_usage AND NOT is_split THEN pricing_public_on_demand_cost ELSE 0 END AS "ListCost",
  CASE
    WHEN is_split THEN 0
    WHEN line_item_line_item_type = 'DiscountedUsage' THEN pricing_public_on_demand_cost
    WHEN is_usage OR is_discount THEN line_item_unblended_cost
    ELSE 0
  END AS "ContractedCost",
  line_item_product_code AS "x_ServiceCode",
  line_item_usage_type AS "x_UsageType",
  line_item_operation AS "x_Operation",
  line_item_line_item_type AS "x_line_item_type",
  CASE
    WHEN is_usage OR line_item_line_item_type = 'FlatRateSubscription' THEN 'usage'
    WHEN line_item_line_item_type IN (
      'SavingsPlanNegation', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee') THEN 'commitment'
    WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n IS NOT NULL THEN 'commitment'
    WHEN line_item_line_item_type IN ('Fee', 'Tax', 'Credit', 'Refund') THEN lower(line_item_line_item_type)
    WHEN is_discount THEN 'discount'
    ELSE 'unclassified'
  END AS "x_charge_kind",
  product_instance_type AS "x_instance_type",
  line_item_normalized_usage_amount AS "x_normalized_units",
  savings_plan_used_commitment AS "x_commitment_used",
  savings_plan_total_commitment_to_date AS "x_commitment_total",
  CASE
    WHEN is_split THEN 0
    WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' AND {sp}
      THEN -coalesce(savings_plan_amortized_upfront_commitment_for_billing_period, 0)
    WHEN line_item_line_item_type = 'RIFee' AND {ri}
      THEN -coalesce(reservation_amortized_upfront_fee_for_billing_period, 0)
    ELSE 0
  END AS "x_true_up",
  CASE
    WHEN is_split THEN 0
    WHEN (line_item_line_item_type = 'SavingsPlanUpfrontFee' OR is_plan_refund) AND {sp} THEN line_item_unblended_cost
    WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_a_r_n IS NOT NULL AND {ri}
      THEN line_item_unblended_cost
    ELSE 0
  END AS "x_upfront_fee",
  CASE WHEN is_split THEN 0 ELSE coalesce(net_amortized, amortized) - amortized END AS "x_net_discount",
  is_split AS "x_is_split",
  {snapshot} AS "x_snapshot"{tags}
FROM costed
LEFT JOIN {services} AS services ON services.code = line_item_product_code
