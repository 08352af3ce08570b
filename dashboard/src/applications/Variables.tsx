import {Code} from '@mantine/core'
import {api} from '../api/client'
import {Empty} from '../parts/Listed'
import {Loaded} from '../parts/Loaded'
import {Rows} from '../parts/Rows'
import {When} from '../parts/When'

/** An application's variables; secrets are masked. */
export function Variables({applicationId}: {applicationId: string}) {
  const environment = api.useQuery('get', '/api/applications/{id}/environment', {params: {path: {id: applicationId}}})
  return (
    <Loaded query={environment}>
      {found =>
        found.items.length === 0 ? (
          <Empty>It has no variables of its own.</Empty>
        ) : (
          <Rows
            label="Variables"
            items={found.items}
            keyOf={variable => variable.key}
            columns={[
              {label: 'Name', cell: variable => <Code>{variable.key}</Code>},
              {label: 'Value', cell: variable => <Code>{variable.value ?? variable.maskedValue}</Code>},
              {label: 'Changed', align: 'right', cell: variable => <When at={variable.updatedAt} />},
            ]}
          />
        )
      }
    </Loaded>
  )
}
