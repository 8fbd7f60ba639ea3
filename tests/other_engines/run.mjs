// Runs executions of a state machine with aws-local-stepfunctions, one after the other.
//
// From stdin: {"definition", "endpoint", "executions": [{"name", "input"}]}. Lambda's Invoke and SNS' Publish are sent
// to the endpoint; waits and retries take no time. To stdout, for each execution: {"status", "output", "error",
// "cause", "entered"}, of which the last has each state's "name" and "input".
import { text } from 'node:stream/consumers';

// The package wants Node.js 22; this is all that it needs of it.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
const { StateMachine } = await import('aws-local-stepfunctions');

const MACHINE = 'arn:aws:states:us-east-1:123456789012:execution:rediscover';

function* statesOf(machine) {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state];
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    for (const one of inner) yield* statesOf(one);
  }
}

// What the package cannot do is written in other words:
// - The context object has no State: its name is written out, and a handler counts the attempts.
function adapted(definition) {
  for (const [name, state] of statesOf(definition)) {
    if (state.Parameters?.['state.$'] !== '$$.State.Name') continue;
    delete state.Parameters['state.$'];
    delete state.Parameters['retry.$'];
    state.Parameters = { ...state.Parameters, state: name, retry: 0 };
  }
  return definition;
}

function failure(error, cause) {
  return Object.assign(new Error(cause), { name: error });
}

// Whoever passes this on signs it anew.
function signed(service) {
  const scope = `Credential=any/20261123/us-east-1/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
}

async function invoke(endpoint, resource, payload) {
  const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(resource)}/invocations`;
  const answer = await fetch(url, { method: 'POST', headers: signed('lambda'), body: JSON.stringify(payload) });
  const told = await answer.text();
  if (!answer.ok) throw failure(`Lambda.${answer.headers.get('x-amzn-ErrorType')}`, told);
  if (!answer.headers.get('X-Amz-Function-Error')) return JSON.parse(told);
  throw failure(JSON.parse(told).errorType, told);
}

async function publish(endpoint, message) {
  const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', ...message });
  const answer = await fetch(endpoint, { method: 'POST', headers: signed('sns'), body });
  const told = await answer.text();
  const of = (element) => new RegExp(`<${element}>(.*?)</${element}>`).exec(told)[1];
  if (answer.ok) return { MessageId: of('MessageId') };
  const codes = `Status Code: ${answer.status}; Error Code: ${of('Code')}; Request ID: ${of('RequestId')}`;
  throw failure(`SNS.${of('Code')}Exception`, `${of('Message')} (Service: AmazonSNS; ${codes}; Proxy: null)`);
}

// An attempt is a retry when the one before it, of the same state with the same input, failed.
function counted(call) {
  const failed = new Map();
  return async (payload) => {
    const visit = JSON.stringify(payload);
    const retry = failed.get(visit) ?? 0;
    try {
      const answer = await call({ ...payload, retry });
      failed.delete(visit);
      return answer;
    } catch (error) {
      failed.set(visit, retry + 1);
      throw error;
    }
  };
}

function overrides(definition, endpoint) {
  const made = { taskResourceLocalHandlers: {}, waitTimeOverrides: {}, retryIntervalOverrides: {} };
  for (const [name, state] of statesOf(definition)) {
    if (state.Type === 'Wait') made.waitTimeOverrides[name] = 0;
    if (state.Type !== 'Task') continue;
    made.retryIntervalOverrides[name] = 0;
    made.taskResourceLocalHandlers[name] = state.Resource.endsWith(':sns:publish')
      ? (message) => publish(endpoint, message)
      : counted((payload) => invoke(endpoint, state.Resource, payload));
  }
  return made;
}

async function enteredBy(events) {
  const entered = [];
  for await (const event of events) if (event.type === 'StateEntered') entered.push(event.state);
  return entered;
}

async function run(definition, endpoint, { name, input }) {
  const context = { Execution: { Id: `${MACHINE}:${name}`, Name: name } };
  const execution = new StateMachine(definition).run(input, { context, overrides: overrides(definition, endpoint) });
  const entered = enteredBy(execution.eventLogs);
  try {
    return { status: 'SUCCEEDED', output: await execution.result, entered: await entered };
  } catch (failed) {
    const { name: error, message: cause } = failed.cause ?? failed;
    return { status: 'FAILED', error, cause, entered: await entered };
  }
}

const asked = JSON.parse(await text(process.stdin));
const definition = adapted(asked.definition);
const results = [];
for (const execution of asked.executions) results.push(await run(definition, asked.endpoint, execution));
process.stdout.write(JSON.stringify(results));
