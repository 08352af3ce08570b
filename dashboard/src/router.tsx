import {createBrowserRouter} from 'react-router'
import {ApplicationPage} from './applications/ApplicationPage'
import {ApplicationsPage} from './applications/ApplicationsPage'
import {DeploymentPage} from './applications/DeploymentPage'
import {AuditPage} from './audit/AuditPage'
import {BackupPage} from './backups/BackupPage'
import {BackupsPage} from './backups/BackupsPage'
import {DatabasePage} from './databases/DatabasePage'
import {DatabasesPage} from './databases/DatabasesPage'
import {NewDatabasePage} from './databases/NewDatabasePage'
import {DestinationsPage} from './destinations/DestinationsPage'
import {NewDestinationPage} from './destinations/NewDestinationPage'
import {OverviewPage} from './overview/OverviewPage'
import {NewRestorePage} from './restores/NewRestorePage'
import {RestorePage} from './restores/RestorePage'
import {RestoresPage} from './restores/RestoresPage'
import {SchedulesPage} from './schedules/SchedulesPage'
import {JoinPage} from './session/JoinPage'
import {SessionGate} from './session/SessionGate'
import {ErrorPage, NotFoundPage} from './shell/ErrorPage'
import {Shell} from './shell/Shell'

/** Every address that leads to a page. */
export const router = createBrowserRouter([
  {path: '/join', Component: JoinPage, ErrorBoundary: ErrorPage},
  {
    Component: SessionGate,
    ErrorBoundary: ErrorPage,
    children: [
      {
        Component: Shell,
        children: [
          {index: true, Component: OverviewPage},
          {path: 'applications', Component: ApplicationsPage},
          {path: 'applications/:id', Component: ApplicationPage},
          {path: 'deployments/:id', Component: DeploymentPage},
          {path: 'databases', Component: DatabasesPage},
          {path: 'databases/new', Component: NewDatabasePage},
          {path: 'databases/:id', Component: DatabasePage},
          {path: 'backups', Component: BackupsPage},
          {path: 'backups/:id', Component: BackupPage},
          {path: 'backups/:id/restore', Component: NewRestorePage},
          {path: 'restores', Component: RestoresPage},
          {path: 'restores/:id', Component: RestorePage},
          {path: 'schedules', Component: SchedulesPage},
          {path: 'destinations', Component: DestinationsPage},
          {path: 'destinations/new', Component: NewDestinationPage},
          {path: 'audit', Component: AuditPage},
          {path: '*', Component: NotFoundPage},
        ],
      },
    ],
  },
])
