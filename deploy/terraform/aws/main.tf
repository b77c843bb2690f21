# The role through which a wolkenzicht agent reads where resources of one account are: metadata only.
# policies.tf.json beside this file is generated: `wolkenzicht-agent permissions --format terraform`.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "agent_principal_arn" {
  description = "ARN of the role or user that the agent runs as; nobody else may take this role."
  type        = string
}

variable "external_id" {
  description = "The external id that the agent is configured with; make it with a random generator."
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.external_id) >= 16
    error_message = "The external id has at least 16 characters."
  }
}

variable "role_name" {
  description = "Name of the role, the same in every account."
  type        = string
  default     = "wolkenzicht-reader"
}

resource "aws_iam_role" "reader" {
  name                 = var.role_name
  description          = "Read by wolkenzicht. Metadata only."
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.agent_principal_arn }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_policy" "reader" {
  for_each = local.wolkenzicht_policies
  name     = "${var.role_name}-${each.key}"
  policy   = jsonencode(each.value)
}

resource "aws_iam_role_policy_attachment" "reader" {
  for_each   = aws_iam_policy.reader
  role       = aws_iam_role.reader.name
  policy_arn = each.value.arn
}

output "role_arn" {
  description = "The role to name in the agent's configuration."
  value       = aws_iam_role.reader.arn
}
