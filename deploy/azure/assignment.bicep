// Makes the custom role at a management group and gives it to the agent's service principal or managed identity.
// role.json beside this file is generated: `wolkenzicht-agent permissions --format azure-role`.
//
// GROUP is best the root management group, whose id is the tenant's: only there every subscription is seen.
//
//   az deployment mg create --management-group-id GROUP --location westeurope \
//     --template-file assignment.bicep --parameters principalId=OBJECT-ID

targetScope = 'managementGroup'

@description('Object id of the service principal or managed identity that the agent runs as.')
@minLength(36)
@maxLength(36)
param principalId string

var role = loadJsonContent('role.json')

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, role.Name)
  properties: {
    roleName: role.Name
    description: role.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.Actions
        notActions: role.NotActions
        dataActions: role.DataActions
        notDataActions: role.NotDataActions
      }
    ]
    assignableScopes: [
      managementGroup().id
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, role.Name, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader.id
  }
}

output roleDefinitionId string = reader.id
