import {ActionIcon, Tooltip} from '@mantine/core'
import {notifications} from '@mantine/notifications'
import {IconCheck, IconCopy} from '@tabler/icons-react'
import {useState} from 'react'

/** Copies a text; over plain HTTP browsers give pages no clipboard but the old way of a selection. */
export function CopyButton({value, label}: {value: string; label: string}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    if (await copyText(value)) {
      setCopied(true)
      setTimeout(() => setCopied(false), 1_500)
    } else {
      notifications.show({color: 'yellow', title: 'The browser does not let it be copied', message: 'Select the text and copy it.'})
    }
  }
  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon variant="subtle" color={copied ? 'teal' : 'gray'} aria-label={label} onClick={() => void copy()}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </Tooltip>
  )
}

async function copyText(value: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(value).then(() => true, () => false)
  }
  const field = document.createElement('textarea')
  field.value = value
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}
