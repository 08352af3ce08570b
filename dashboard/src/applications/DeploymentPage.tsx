import {Button, Card, Group, Stack, Text} from '@mantine/core'
import {useParams} from 'react-router'
import {api} from '../api/client'
import {pollWhile} from '../api/poll'
import {FailureAlert} from '../parts/FailureAlert'
import {between, duration} from '../parts/format'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useProjectOf} from '../session/project'
import {useMay} from '../session/rights'
import {type Deployment, hasEnded} from './DeploymentList'

export function DeploymentPage() {
  const {id = ''} = useParams()
  const deployment = api.useQuery('get', '/api/deployments/{id}', {params: {path: {id}}}, {refetchInterval: pollWhile<Deployment>(each => !hasEnded(each))})
  const cancel = api.useMutation('post', '/api/deployments/{id}/cancel')
  const known = deployment.data
  const deploys = useMay('deploy', useProjectOf(known))
  return (
    <Page
      title={known === undefined ? 'Deployment' : `Deployment #${known.number}`}
      under={known && {to: `/applications/${known.applicationId}`, label: 'The application'}}
      badge={known && <StatusBadge status={known.status} busy={!hasEnded(known)} />}
      about={known && <>{known.commitMessage ?? known.title ?? known.trigger}, asked for by {known.actor} <When at={known.createdAt} /></>}
      actions={
        known !== undefined && deploys && !hasEnded(known) && (
          <Button color="red" variant="light" loading={cancel.isPending} onClick={() => cancel.mutate({params: {path: {id}}})}>
            Cancel
          </Button>
        )
      }
    >
      <Loaded query={deployment}>
        {found => (
          <Stack gap="lg">
            <FailureAlert failure={found.failure as Parameters<typeof FailureAlert>[0]['failure']} />
            {found.steps.length > 0 && (
              <Card>
                <Stack gap={6}>
                  {found.steps.map(step => (
                    <Group key={step.name} justify="space-between">
                      <Group gap="sm">
                        <StatusBadge status={step.status} busy={step.status === 'running'} />
                        <Text size="sm">{step.name}</Text>
                      </Group>
                      <Text size="sm" c="dimmed">
                        {step.startedAt != null && duration(between(step.startedAt, step.completedAt ?? null))}
                      </Text>
                    </Group>
                  ))}
                </Stack>
              </Card>
            )}
            <LogView path={`/api/deployments/${found.id}/logs`} title="What the build and the platform said" />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
