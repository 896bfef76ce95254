-- What a FOCUS file holds, in the same columns as cur_profile.sql; the charge category stands for the type.
WITH rows AS (
  SELECT *, CAST(date_trunc('month', "BillingPeriodStart") AS DATE) AS period FROM ({source})
)
SELECT
  "BillingAccountId" AS payer,
  period,
  "SubAccountId" AS account,
  "BillingCurrency" AS currency,
  "ChargeCategory" AS type,
  count(*) AS rows,
  coalesce(sum("BilledCost"), 0) AS billed,
  count(*) FILTER (WHERE "BilledCost" IS NULL) AS costless,
  0 AS split,
  count(*) FILTER (WHERE "ChargePeriodStart" < period OR "ChargePeriodStart" >= period + INTERVAL 1 MONTH) AS outside,
  coalesce(sum("BilledCost") FILTER (
    WHERE "ChargePeriodStart" < period OR "ChargePeriodStart" >= period + INTERVAL 1 MONTH), 0) AS outside_billed,
  count(*) FILTER (WHERE "InvoiceId" IS NULL AND "BilledCost" <> 0) AS uninvoiced,
  list_sort(list(DISTINCT "InvoiceId")) AS invoices,
  max("ChargePeriodStart") FILTER (WHERE "ChargePeriodStart" < period + INTERVAL 1 MONTH) AS last,
  max("SubAccountName") AS account_name,
  max("BillingAccountName") AS payer_name,
  0 AS netted,
  0 AS discounted,
  0 AS unamortized,
  count(*) FILTER (WHERE "ChargeCategory" = 'Usage' AND "ListCost" IS NULL) AS unpriced,
  coalesce(sum(x_unreadable), 0) AS unreadable
FROM rows
GROUP BY ALL
