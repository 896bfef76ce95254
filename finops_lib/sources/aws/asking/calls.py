"""All that AWS is asked. The policy in docs/reference/iam-policy.json allows these calls and no others."""

from __future__ import annotations

from typing import Final

from finops_lib.sources.aws.asking.call import Call, Each

IDENTITY: Final = Call("sts.GetCallerIdentity")
ROLE: Final = Call("sts.AssumeRole")
ACCOUNTS: Final = Call("organizations.ListAccounts")
REGIONS: Final = Call("ec2.DescribeRegions")
METRICS: Final = Call("cloudwatch.GetMetricData")
ENROLLMENT: Final = Call("cost-optimization-hub.ListEnrollmentStatuses")
CHECKS: Final = Call("support.DescribeTrustedAdvisorChecks", {"language": "en"})

_BUCKET: Final = Each("s3.ListBuckets", ("Buckets", "Name"), "Bucket")

BY_ACCOUNT: Final = (
    Call("s3.ListBuckets", {"MaxBuckets": 1000}),
    Call("s3.GetBucketLifecycleConfiguration", each=_BUCKET, none=("NoSuchLifecycleConfiguration",)),
    Call("s3.GetBucketVersioning", each=_BUCKET),
    Call("s3.ListMultipartUploads", each=_BUCKET),
)
"""What there is, asked once an account."""

BY_REGION: Final = (
    Call("ec2.DescribeInstances"),
    Call("ec2.DescribeVolumes"),
    Call("ec2.DescribeSnapshots", {"OwnerIds": ["self"]}),
    Call("ec2.DescribeImages", {"Owners": ["self"]}),
    Call("ec2.DescribeAddresses"),
    Call("ec2.DescribeNatGateways"),
    Call("ec2.DescribeVpcEndpoints"),
    Call("ec2.DescribeCapacityReservations"),
    Call("elbv2.DescribeLoadBalancers"),
    Call("elbv2.DescribeTargetGroups"),
    Call(
        "elbv2.DescribeTargetHealth",
        each=Each("elbv2.DescribeTargetGroups", ("TargetGroups", "TargetGroupArn"), "TargetGroupArn"),
    ),
    Call("elb.DescribeLoadBalancers"),
    Call("logs.DescribeLogGroups"),
    Call("rds.DescribeDBInstances"),
    Call("elasticache.DescribeCacheClusters"),
    Call("dynamodb.ListTables"),
    Call("dynamodb.DescribeTable", each=Each("dynamodb.ListTables", ("TableNames", ""), "TableName")),
    Call("eks.ListClusters"),
    Call("eks.DescribeCluster", each=Each("eks.ListClusters", ("clusters", ""), "name")),
    Call("cloudtrail.DescribeTrails", {"includeShadowTrails": False}),
    Call(
        "cloudtrail.GetEventSelectors",
        each=Each("cloudtrail.DescribeTrails", ("trailList", "TrailARN"), "TrailName"),
    ),
    Call("resourcegroupstaggingapi.GetResources"),
)
"""What there is, asked in each region."""

ADVICE_BY_REGION: Final = (
    Call("compute-optimizer.GetEC2InstanceRecommendations"),
    Call("compute-optimizer.GetAutoScalingGroupRecommendations"),
    Call("compute-optimizer.GetEBSVolumeRecommendations"),
    Call("compute-optimizer.GetLambdaFunctionRecommendations"),
    Call("compute-optimizer.GetECSServiceRecommendations"),
    Call("compute-optimizer.GetRDSDatabaseRecommendations"),
    Call("compute-optimizer.GetIdleRecommendations"),
)
"""What AWS recommends, asked in each region."""

ADVICE_BY_ACCOUNT: Final = (
    CHECKS,
    Call(
        "support.DescribeTrustedAdvisorCheckResult",
        {"language": "en"},
        each=Each(CHECKS.operation, ("checks", "id"), "checkId"),
    ),
)
"""What AWS recommends, asked once an account."""

ADVICE_OF_ALL: Final = (
    Call("cost-optimization-hub.ListRecommendations", {"includeAllRecommendations": True}),
    Call("cost-optimization-hub.ListRecommendationSummaries", {"groupBy": "AccountId"}),
    Call("cost-optimization-hub.GetPreferences"),
)
"""What AWS recommends for the whole organization, asked in the management account."""

EVERY: Final = (
    *(ACCOUNTS, REGIONS, METRICS, ENROLLMENT),
    *(*BY_ACCOUNT, *BY_REGION, *ADVICE_BY_REGION, *ADVICE_BY_ACCOUNT, *ADVICE_OF_ALL),
)
