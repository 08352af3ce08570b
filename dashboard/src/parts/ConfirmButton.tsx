import {Button, type ButtonProps, Group, Modal, Stack, Text, TextInput} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {type ReactNode, useState} from 'react'
import {ProblemAlert} from './ProblemAlert'

interface Props extends Omit<ButtonProps, 'children'> {
  label: string
  title: string
  children: ReactNode
  /** What must be typed before it is done; nothing when it is left out. */
  typed?: string
  run: () => Promise<unknown>
}

/** A button whose deed is told, and confirmed, before it is done. */
export function ConfirmButton({label, title, children, typed, run, ...look}: Props) {
  const [opened, {open, close}] = useDisclosure()
  return (
    <>
      <Button variant="default" {...look} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={<Text fw={650}>{title}</Text>}>
        <Confirmation label={label} color={look.color} typed={typed} run={run} close={close}>
          {children}
        </Confirmation>
      </Modal>
    </>
  )
}

function Confirmation({label, color, typed, run, close, children}: Pick<Props, 'label' | 'color' | 'typed' | 'run' | 'children'> & {close: () => void}) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async () => {
    setBusy(true)
    setError(null)
    try {
      await run()
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput data-autofocus label={<>Type <b>{typed}</b> to confirm</>} value={text} onChange={event => setText(event.currentTarget.value)} autoComplete="off" spellCheck={false} />
        )}
        <ProblemAlert error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" color={color} loading={busy} disabled={typed !== undefined && text !== typed}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
