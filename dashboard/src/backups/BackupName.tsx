import {Anchor, Group, Text, Tooltip} from '@mantine/core'
import {IconLock, IconPin} from '@tabler/icons-react'
import {Link} from 'react-router'
import {ENGINES} from '../databases/status'
import type {Backup} from './status'

/** What a backup is of, leading to it. */
export function BackupName({backup}: {backup: Backup}) {
  return (
    <Group gap={6} wrap="nowrap">
      <div style={{minWidth: 0}}>
        <Anchor component={Link} to={`/backups/${backup.id}`} fw={600} size="sm" style={{overflowWrap: 'anywhere'}}>
          {backup.subjectName}
        </Anchor>
        <Text size="xs" c="dimmed">
          {kindOf(backup)}
        </Text>
      </div>
      {backup.encrypted && <Mark label="Sealed" icon={IconLock} />}
      {backup.pinned && <Mark label="Pinned: retention never removes it" icon={IconPin} />}
    </Group>
  )
}

export function kindOf(backup: Backup): string {
  if (backup.platform) return 'the platform'
  if (backup.volume !== null) return 'volume'
  return backup.engine !== null ? `${ENGINES[backup.engine as keyof typeof ENGINES] ?? backup.engine} ${backup.engineVersion ?? ''}` : 'database'
}

function Mark({label, icon: Icon}: {label: string; icon: typeof IconLock}) {
  return (
    <Tooltip label={label}>
      <Icon size={15} stroke={1.6} role="img" aria-label={label} />
    </Tooltip>
  )
}
