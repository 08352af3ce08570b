import {Page} from '../parts/Page'
import {ScheduleList} from './ScheduleList'

export function SchedulesPage() {
  return (
    <Page title="Schedules" about="When backups are taken by themselves, and how long they are kept.">
      <ScheduleList />
    </Page>
  )
}
