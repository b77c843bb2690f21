# Makes the custom role in an organisation and gives it to the agent's service account.
# Google counts calls against the project of the service account: enable cloudasset.googleapis.com there, and
# where that project lies outside `folder_id`, grant serviceusage.services.use in it too.
# role.yaml beside this file is generated: `wolkenzicht-agent permissions --format gcp-role`.
#
# With gcloud instead:
#   gcloud iam roles create wolkenzichtReader --organization=ORGANISATION --file=role.yaml
#   gcloud organizations add-iam-policy-binding ORGANISATION --condition=None \
#     --role=organizations/ORGANISATION/roles/wolkenzichtReader --member=serviceAccount:AGENT

terraform {
  required_version = ">= 1.3"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.0"
    }
  }
}

variable "organization_id" {
  description = "Number of the organisation."
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.organization_id))
    error_message = "The number of the organisation has digits only."
  }
}

variable "folder_id" {
  description = "Number of a folder, where the agent is to read that folder alone; its custom role stays the organisation's."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^[0-9]*$", var.folder_id))
    error_message = "The number of the folder has digits only."
  }
}

variable "service_account" {
  description = "E-mail address of the service account that the agent runs as."
  type        = string
}

locals {
  role = yamldecode(file("${path.module}/role.yaml"))
}

resource "google_organization_iam_custom_role" "reader" {
  org_id      = var.organization_id
  role_id     = "wolkenzichtReader"
  title       = local.role.title
  description = local.role.description
  stage       = local.role.stage
  permissions = local.role.includedPermissions
}

resource "google_organization_iam_member" "reader" {
  count  = var.folder_id == "" ? 1 : 0
  org_id = var.organization_id
  role   = google_organization_iam_custom_role.reader.id
  member = "serviceAccount:${var.service_account}"
}

resource "google_folder_iam_member" "reader" {
  count  = var.folder_id == "" ? 0 : 1
  folder = "folders/${var.folder_id}"
  role   = google_organization_iam_custom_role.reader.id
  member = "serviceAccount:${var.service_account}"
}
