import {Button, Container, Group} from '@mantine/core'
import {isRouteErrorResponse, Link, useRouteError} from 'react-router'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'

const NOTHING_HERE = {
  type: 'about:blank',
  title: 'Not found',
  status: 404,
  detail: 'There is no such page.',
  code: 'not_found',
  remedy: 'Go on from the overview.',
}

export function NotFoundPage() {
  return <Trouble error={NOTHING_HERE} />
}

/** What is shown when a page itself fails. */
export function ErrorPage() {
  const error = useRouteError()
  return (
    <Container size="sm" py="xl">
      <Trouble error={isRouteErrorResponse(error) ? {...NOTHING_HERE, status: error.status, detail: error.statusText} : error} />
    </Container>
  )
}

function Trouble({error}: {error: unknown}) {
  return (
    <Page title="This did not work">
      <ProblemAlert error={error} />
      <Group>
        <Button component={Link} to="/" reloadDocument>
          To the overview
        </Button>
      </Group>
    </Page>
  )
}
