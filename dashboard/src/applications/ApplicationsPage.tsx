import {Anchor} from '@mantine/core'
import {Link} from 'react-router'
import {api, pages} from '../api/client'
import {Listed} from '../parts/Listed'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'

export function ApplicationsPage() {
  const applications = api.useInfiniteQuery('get', '/api/applications', {params: {query: {limit: 50}}}, pages)
  return (
    <Page title="Applications" about="What is deployed here. New ones are added by the API or ./slipway for now.">
      <Listed
        query={applications}
        label="Applications"
        empty="There is no application yet."
        columns={[
          {label: 'Name', cell: application => <Anchor component={Link} to={`/applications/${application.id}`} fw={600} size="sm">{application.name}</Anchor>},
          {label: 'Status', cell: application => <StatusBadge status={application.status} />},
          {label: 'Project', cell: application => application.projectName},
          {label: 'Address', cell: application => <Anchor href={application.url} target="_blank" rel="noreferrer" size="sm">{application.url}</Anchor>},
          {label: 'Replicas', align: 'right', cell: application => application.replicas},
        ]}
      />
    </Page>
  )
}
