import type {Schemas} from '../api/client'

export type Kind = 'local' | 's3' | 'sftp'

export const EMPTY = {
  name: '', path: '',
  endpoint: '', region: '', bucket: '', prefix: '', accessKey: '', secretKey: '', pathStyle: false,
  host: '', port: '' as number | string, user: '', directory: '', password: '', privateKey: '', hostKey: '',
}

export type Fields = typeof EMPTY

/** What is asked of the API: what was left empty is left out, so that its default holds. */
export function toDestination(kind: Kind, fields: Fields): Schemas['DestinationCreate'] {
  const {name, path, endpoint, region, bucket, prefix, accessKey, secretKey, pathStyle, host, port, user, directory, password, privateKey, hostKey} = fields
  switch (kind) {
    case 'local':
      return {name, local: {path}}
    case 's3':
      return {name, s3: {endpoint, bucket, accessKey, secretKey, pathStyle, ...given({region, prefix})}}
    case 'sftp':
      return {name, sftp: {host, user, directory, ...(port === '' ? {} : {port: Number(port)}), ...given({password, privateKey, hostKey})}}
  }
}

function given<T extends {[name: string]: string}>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>
}
