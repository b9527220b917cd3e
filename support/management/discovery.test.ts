import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { askForApi, discoverManagement, withoutManagement } from './discovery.ts';
import { serving } from './facing.test-support.ts';

/** Answers by the question; what is not named is not found. */
function answering(answers: Record<string, readonly [status: number, body?: unknown]>): RequestListener {
  return ({ method, url = '' }, response) => {
    const question = `${method} ${url.replace(/brokerproof-[\da-z-]+/g, 'ours')}`;
    const [status, body] = answers[question] ?? [404, { error: 'Object Not Found', reason: 'Not Found' }];
    response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
  };
}

function no(reason: string): readonly [status: number, body: object] {
  return [401, { error: 'not_authorised', reason }];
}

const queues = 'GET /api/queues/%2F?columns=name';
const [ourVirtualHost, ourPolicyThere] = ['/api/vhosts/ours', '/api/policies/ours/ours'];
const ourPolicy = '/api/policies/%2F/ours';

test.for([
  ['any JSON object for an overview', { 'GET /api/overview': [200, { hello: 1 }] }, { isApi: true }],
  [
    'an overview that lists the types of exchanges',
    { 'GET /api/overview': [200, { exchange_types: [{ name: 'x-recent-history' }, { odd: true }] }] },
    { isApi: true, exchangeTypes: ['x-recent-history'] },
  ],
  [
    'an overview that tells of them in another form',
    { 'GET /api/overview': [200, { exchange_types: 'direct' }] },
    { isApi: true },
  ],
  [
    'whoami, where an overview is forbidden',
    { 'GET /api/overview': [403, {}], 'GET /api/whoami': [200, { name: 'guest' }] },
    { isApi: true },
  ],
  [
    'a refusal of the user',
    { 'GET /api/overview': no('Login failed'), 'GET /api/whoami': no('Login failed') },
    { isApi: false, refused: true, why: 'refused the user guest (status 401: Login failed)' },
  ],
  [
    'a page that is not there',
    {},
    {
      isApi: false,
      refused: false,
      why: 'is not a management API (GET /api/overview: status 404: Not Found)',
    },
  ],
  [
    'a list',
    { 'GET /api/overview': [200, []] },
    {
      isApi: false,
      refused: false,
      why: 'is not a management API (GET /api/overview: status 200, and no JSON object)',
    },
  ],
] as const)('the first answer is %s', async ([, answers, found]) => {
  expect(await askForApi(await serving(answering(answers)))).toEqual(found);
});

test('where nothing answers there is nothing to be found', async () => {
  const nowhere = { url: 'http://127.0.0.1:1', username: 'guest', password: 'guest', of: 'GarageMQ 0.1' };
  await expect(discoverManagement(nowhere, '/')).rejects.toThrow(
    'The management API of GarageMQ 0.1: GET http://127.0.0.1:1/api/overview failed: connect ECONNREFUSED',
  );
});

test.for([
  [
    'may do everything',
    {
      [`PUT ${ourVirtualHost}`]: [201],
      [`PUT ${ourPolicyThere}`]: [201],
      [`DELETE ${ourPolicyThere}`]: [204],
      [`DELETE ${ourVirtualHost}`]: [204],
    },
    { capabilities: ['management', 'administration', 'policies'], missing: {} },
  ],
  [
    'makes virtual hosts of a product without policies',
    { [`PUT ${ourVirtualHost}`]: [201], [`DELETE ${ourVirtualHost}`]: [204] },
    {
      capabilities: ['management', 'administration'],
      missing: { policies: 'the user guest may not set policies (status 404: Not Found)' },
    },
  ],
  [
    'sets policies where it is at home',
    {
      [`PUT ${ourVirtualHost}`]: no('Not administrator user'),
      [queues]: [200, []],
      [`PUT ${ourPolicy}`]: [201],
      [`DELETE ${ourPolicy}`]: [204],
    },
    {
      capabilities: ['management', 'policies'],
      missing: {
        administration: 'the user guest may not make virtual hosts (status 401: Not administrator user)',
      },
    },
  ],
  [
    'is at home elsewhere',
    { [`PUT ${ourVirtualHost}`]: [403], [queues]: no('User not authorised to access virtual host') },
    {
      capabilities: [],
      missing: {
        management:
          'the user guest may not see the virtual host / (status 401: User not authorised to access virtual host)',
        administration: 'the user guest may not make virtual hosts (status 403)',
        policies:
          'the user guest may not see the virtual host / (status 401: User not authorised to access virtual host)',
      },
    },
  ],
] as const)('a user who %s', async ([, answers, found]) => {
  const asked: string[] = [];
  const answer = answering({ 'GET /api/overview': [200, {}], ...answers });
  const api = await serving((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });

  expect(await discoverManagement(api, '/')).toEqual({ isApi: true, ...found });

  const made = asked.filter((question) => question.startsWith('DELETE '));
  expect(made).toHaveLength(Object.keys(answers).filter((question) => question.startsWith('DELETE ')).length);
});

test('without an API, everything is missing for the same reason', () => {
  const why = 'no MANAGEMENT_URL was given';
  expect(withoutManagement(why)).toEqual({
    capabilities: [],
    missing: { management: why, administration: why, policies: why },
  });
});
