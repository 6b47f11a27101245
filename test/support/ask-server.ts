import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** `fetch` sets Host itself; some tests need a wrong one. */
export function ask(
  port: number,
  path: string,
  {
    headers = {},
    method = 'GET',
    body = '',
  }: { headers?: Record<string, string>; method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', body: text }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
