-- One row a price list item of the month: the product attributes that the bill's rows of that SKU share.
SELECT * FROM skus ORDER BY "SkuId", "x_ServiceCode"
