import {Anchor, Button, Stack, Tabs} from '@mantine/core'
import {useNavigate, useParams, useSearchParams} from 'react-router'
import {api} from '../api/client'
import {settles, useOnce} from '../api/once'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {useMay} from '../session/rights'
import {DeploymentList} from './DeploymentList'
import {Variables} from './Variables'

export function ApplicationPage() {
  const {id = ''} = useParams()
  const navigate = useNavigate()
  const application = api.useQuery('get', '/api/applications/{id}', {params: {path: {id}}})
  const once = useOnce()
  const deploy = api.useMutation('post', '/api/applications/{id}/deployments', {...settles(once), onSuccess: made => void navigate(`/deployments/${made.id}`)})
  const known = application.data
  const deploys = useMay('deploy', known?.projectId)
  const [search, setSearch] = useSearchParams()
  return (
    <Page
      title={known?.name ?? 'Application'}
      under={{to: '/applications', label: 'Applications'}}
      badge={known && <StatusBadge status={known.status} />}
      about={known && <Anchor href={known.url} target="_blank" rel="noreferrer" size="sm">{known.url}</Anchor>}
      actions={
        deploys && known && (
          <Button loading={deploy.isPending} onClick={() => deploy.mutate({params: {path: {id}, header: once.header}, body: {}})}>
            Deploy
          </Button>
        )
      }
    >
      <Loaded query={application}>
        {found => (
          <Tabs value={search.get('tab') ?? 'deployments'} onChange={tab => tab !== null && setSearch({tab}, {replace: true})} keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="deployments">Deployments</Tabs.Tab>
              <Tabs.Tab value="logs">Logs</Tabs.Tab>
              <Tabs.Tab value="environment">Environment</Tabs.Tab>
            </Tabs.List>
            <Stack pt="lg">
              <Tabs.Panel value="deployments">
                <DeploymentList applicationId={found.id} deploys={deploys} />
              </Tabs.Panel>
              <Tabs.Panel value="logs">
                <LogView path={`/api/applications/${found.id}/logs`} title="What its replicas print" />
              </Tabs.Panel>
              <Tabs.Panel value="environment">
                <Variables applicationId={found.id} />
              </Tabs.Panel>
            </Stack>
          </Tabs>
        )}
      </Loaded>
    </Page>
  )
}
