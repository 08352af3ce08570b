import {Anchor, Stack, Tabs} from '@mantine/core'
import {Link, useNavigate, useParams, useSearchParams} from 'react-router'
import {api} from '../api/client'
import {pollWhile} from '../api/poll'
import {toProblem} from '../api/problem'
import {BackUpNow} from '../backups/BackUpNow'
import {BackupList} from '../backups/BackupList'
import {FailureAlert} from '../parts/FailureAlert'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {StatusBadge} from '../parts/StatusBadge'
import {useMay} from '../session/rights'
import {ScheduleList} from '../schedules/ScheduleList'
import {ChangeButton} from './ChangeButton'
import {ConnectionCard} from './ConnectionCard'
import {DangerZone} from './DangerZone'
import {FactsCard} from './FactsCard'
import {Insights} from './Insights'
import {PowerButtons} from './PowerButtons'
import {type Database, ENGINES, isBusy} from './status'
import {UpgradeButton} from './UpgradeButton'
import {CurrentWork, WorkHistory} from './Work'

export function DatabasePage() {
  const {id = ''} = useParams()
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id}}}, {refetchInterval: pollWhile<Database>(isBusy)})
  // one that is gone is not shown any more; one whose reading failed once is, as it was
  if (database.data === undefined || (database.error !== null && toProblem(database.error).status === 404)) {
    return (
      <Page title={database.data?.name ?? 'Database'} under={{to: '/databases', label: 'Databases'}}>
        <Loaded query={database}>{() => null}</Loaded>
      </Page>
    )
  }
  return <Known key={database.data.id} database={database.data} error={database.error} />
}

function Known({database, error}: {database: Database; error: unknown}) {
  const navigate = useNavigate()
  const writes = useMay('write', database.projectId)
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') ?? 'overview'
  return (
    <Page
      title={database.name}
      under={{to: '/databases', label: 'Databases'}}
      badge={<StatusBadge status={database.status} busy={isBusy(database)} />}
      about={`${ENGINES[database.engine]} ${database.version}${database.external ? ', run by somebody else' : ''}`}
      actions={
        <>
          {writes && <BackUpNow subject={{databaseId: database.id}} name={database.name} />}
          {!database.external && <PowerButtons database={database} />}
          {writes && !database.external && <ChangeButton database={database} />}
          {writes && !database.external && <UpgradeButton database={database} />}
        </>
      }
    >
      <ProblemAlert error={error} />
      {database.work !== null && <CurrentWork work={database.work} projectId={database.projectId} />}
      <FailureAlert failure={database.failure} />
      <Tabs value={tab} onChange={value => value !== null && setSearch(value === 'overview' ? {} : {tab: value}, {replace: true})} keepMounted={false}>
        <Tabs.List style={{flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden'}}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="backups">Backups</Tabs.Tab>
          <Tabs.Tab value="schedules">Schedules</Tabs.Tab>
          <Tabs.Tab value="insights">Insights</Tabs.Tab>
          {!database.external && <Tabs.Tab value="logs">Logs</Tabs.Tab>}
          <Tabs.Tab value="work">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" pt="lg">
          <Stack gap="lg">
            <ConnectionCard key={database.id} database={database} />
            <FactsCard database={database} />
            {writes && <DangerZone database={database} removed={() => void navigate('/databases')} />}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="backups" pt="lg">
          <BackupList filter={{databaseId: database.id}} empty={<>There is no backup of it yet. <Anchor component={Link} to="?tab=schedules">Its schedules</Anchor> say when one is taken.</>} />
        </Tabs.Panel>
        <Tabs.Panel value="schedules" pt="lg">
          <ScheduleList of={{databaseId: database.id, projectId: database.projectId, name: database.name}} />
        </Tabs.Panel>
        <Tabs.Panel value="insights" pt="lg">
          <Insights database={database} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" pt="lg">
          <LogView path={`/api/databases/${database.id}/logs`} title="What its server prints" />
        </Tabs.Panel>
        <Tabs.Panel value="work" pt="lg">
          <WorkHistory id={database.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
