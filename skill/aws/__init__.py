"""The same skill on AWS: Lambda for the webhook, DynamoDB for the memory, S3 for tracks and clips."""
