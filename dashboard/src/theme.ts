import {Badge, Button, Card, createTheme, type MantineColorsTuple, Modal, Table} from '@mantine/core'

const harbour: MantineColorsTuple = ['#e6fafb', '#d3f0f3', '#a6dfe5', '#76ced7', '#50c0cb', '#39b7c4', '#28a3b0', '#12889a', '#0b7285', '#005f70']

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: {light: 8, dark: 7},
  colors: {harbour},
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {fontWeight: '650'},
  cursorType: 'pointer',
  components: {
    Badge: Badge.extend({defaultProps: {variant: 'light', radius: 'sm', tt: 'none', fw: 600}}),
    Button: Button.extend({defaultProps: {radius: 'md'}}),
    Card: Card.extend({defaultProps: {withBorder: true, padding: 'lg', shadow: 'xs'}}),
    Modal: Modal.extend({defaultProps: {centered: true, radius: 'lg', overlayProps: {backgroundOpacity: 0.45, blur: 2}}}),
    Table: Table.extend({defaultProps: {verticalSpacing: 'sm', horizontalSpacing: 'md'}}),
  },
})
