import {Anchor, Text} from '@mantine/core'
import {Link, useNavigate} from 'react-router'
import {api, pages, type Schemas} from '../api/client'
import {pollPagesWhile} from '../api/poll'
import {ConfirmButton} from '../parts/ConfirmButton'
import {duration} from '../parts/format'
import {Listed} from '../parts/Listed'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'

export type Deployment = Schemas['Deployment']

export function hasEnded(deployment: Deployment): boolean {
  return deployment.status === 'success' || deployment.status === 'failed' || deployment.status === 'cancelled'
}

/** Deployments of an application, newest first; what is new comes by itself. */
export function DeploymentList({applicationId, deploys}: {applicationId: string; deploys: boolean}) {
  const navigate = useNavigate()
  const deployments = api.useInfiniteQuery('get', '/api/deployments', {params: {query: {applicationId, limit: 30}}}, {...pages, refetchInterval: pollPagesWhile<Deployment>(each => !hasEnded(each))})
  const rollback = api.useMutation('post', '/api/deployments/{id}/rollback', {meta: {shown: true}, onSuccess: made => void navigate(`/deployments/${made.id}`)})
  return (
    <Listed
      query={deployments}
      label="Deployments"
      empty="It was not deployed yet."
      columns={[
        {label: 'Deployment', cell: each => <Anchor component={Link} to={`/deployments/${each.id}`} fw={600} size="sm">{`#${each.number}`}</Anchor>},
        {label: 'Status', cell: each => <StatusBadge status={each.status} busy={!hasEnded(each)} />},
        {label: 'What', cell: each => <Text size="sm" lineClamp={1}>{each.title ?? each.commitMessage ?? each.trigger}</Text>},
        {label: 'Asked for', cell: each => <When at={each.createdAt} />},
        {label: 'Took', align: 'right', cell: each => (each.durationSeconds === null ? '—' : duration(each.durationSeconds * 1_000))},
        {
          label: 'Back to it',
          align: 'right',
          cell: each =>
            deploys && each.status === 'success' ? (
              <ConfirmButton label="Roll back" size="xs" title={`Bring the release of #${each.number} back?`} run={() => rollback.mutateAsync({params: {path: {id: each.id}}, body: {}})}>
                It serves again without a build, from the image that it ran from.
              </ConfirmButton>
            ) : (
              '—'
            ),
        },
      ]}
    />
  )
}
