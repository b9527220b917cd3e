import { ContentType, LinkType, Stage, Status, type Label, type TestResult } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';

import type { BrokerDescription } from '../broker/broker.ts';
import { verdicts, type Verdict } from '../verdict/verdict.ts';
import { countersText } from '../evidence/counters.ts';
import { timelineSvg } from '../evidence/timeline-svg.ts';
import { timelineText } from '../evidence/timeline-text.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { regressionText, seenText } from '../verdict/regression-text.ts';
import { messagesOf, type ClaimResult } from './claim-result.ts';
import { rerunCommand } from './rerun.ts';

/** Allure knows four statuses; a deviation that the profile declares is expected, so it must not count as a failure. */
const statuses = {
  proven: Status.PASSED,
  holds: Status.PASSED,
  violated: Status.FAILED,
  deviates: Status.SKIPPED,
  'not applicable': Status.SKIPPED,
  'not testable': Status.SKIPPED,
  'could not run': Status.BROKEN,
} as const satisfies Record<Verdict, Status>;

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stackOf({ name, message, stack }: ClaimResult['errors'][number]): string {
  return stack ?? `${name}: ${message}`;
}

function attachment(name: string, content: string, contentType: ContentType): RuntimeMessage {
  return {
    type: 'attachment_content',
    data: {
      name,
      content: Buffer.from(content, 'utf8').toString('base64'),
      encoding: 'base64',
      contentType,
    },
  };
}

function markdownEscaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/g, String.raw`\$&`);
}

function descriptionOf(result: ClaimResult, broker: BrokerDescription | undefined): string {
  const { claim, verdict, reason } = result;
  const applies = Object.entries(claim.appliesTo ?? {}).map(([product, range]) => `${product} ${range}`);
  return [
    `**${capitalised(verdict)}.** ${verdicts[verdict]}`,
    ...(reason === undefined ? [] : [`Reason: ${markdownEscaped(reason)}`]),
    ...(applies.length === 0 ? [] : [`Applies to: ${applies.join(', ')}`]),
    ...queueTypesInWords(result),
    ...(claim.needs.length === 0 ? [] : [`Needs: ${claim.needs.join(', ')}`]),
    ...seenToFail(result),
    ...knownRegressions(result),
    `Run it again:\n\n    ${rerunCommand(claim.id, broker, result.queueType)}`,
  ].join('\n\n');
}

/** With which queues the spec ran, and of which the claim does not speak, for which reason. */
function queueTypesInWords({ claim, queueType }: ClaimResult): string[] {
  return [
    ...(queueType === undefined ? [] : [`Queue type: ${queueType}`]),
    ...claim.queueTypes
      .filter(({ because }) => because !== undefined)
      .map(({ queueType: type, appliesTo = {}, because = '', documented }) => {
        const ranges = Object.entries(appliesTo).map(([product, range]) => `${product} ${range}`);
        const where =
          ranges.length === 0
            ? `Not about ${type} queues`
            : `About ${type} queues of ${ranges.join(', ')} alone`;
        const link =
          documented === undefined ? '' : ` [${markdownEscaped(documented.title)}](${documented.url})`;
        return `${where}: ${markdownEscaped(because)}${link}`;
      }),
  ];
}

/** How the spec was seen to fail: what makes a green of it worth something. */
function seenToFail({ claim, trials, outdated }: ClaimResult): string[] {
  if (claim.irrefutable !== undefined)
    return [`No broken broker refutes it: ${markdownEscaped(claim.irrefutable)}`];
  const killed = trials.filter(
    ({ mutant, result }) => result === 'killed' && claim.refutedBy.some(({ name }) => name === mutant),
  );
  if (killed.length === 0) return [outdated ?? 'Nobody has seen this spec fail yet.'];
  return killed.flatMap(({ says, message = '' }) => [
    `**Seen to fail when the broker ${markdownEscaped(says)}:**`,
    message
      .split('\n')
      .slice(0, 12)
      .map((line) => `    ${line}`)
      .join('\n'),
  ]);
}

/** The bugs that would have refuted the claim. */
function knownRegressions({ claim: { regressions } }: ClaimResult): string[] {
  if (regressions.length === 0) return [];
  const lines = regressions.map(
    (each) =>
      `- ${markdownEscaped(regressionText(each))} ([report](${each.report})); ${markdownEscaped(seenText(each))}`,
  );
  return [`**Bugs that released brokers had:**\n\n${lines.join('\n')}`];
}

/** A step for each error: Allure itself shows one only. */
function stepsOf({ errors, startedAt = 0, duration }: ClaimResult): RuntimeMessage[] {
  return errors.length < 2
    ? []
    : errors.flatMap((error): RuntimeMessage[] => [
        {
          type: 'step_start',
          data: { name: error.message.split('\n')[0] ?? error.name, start: startedAt + duration },
        },
        {
          type: 'step_stop',
          data: {
            stop: startedAt + duration,
            status: Status.FAILED,
            statusDetails: { message: error.message, trace: stackOf(error) },
          },
        },
      ]);
}

/** What Allure is told of a claim beside its status: description, links, every error, the evidence. */
export function runtimeMessagesOf(
  result: ClaimResult,
  broker: BrokerDescription | undefined,
  log: string | undefined,
): RuntimeMessage[] {
  const { claim, evidence } = result;
  const messages: RuntimeMessage[] = [
    {
      type: 'metadata',
      data: {
        displayName:
          result.queueType === undefined ? claim.says : `${claim.says} (${result.queueType} queues)`,
        testCaseId: outcomeName(claim.id, result.queueType),
        description: descriptionOf(result, broker),
        links: claim.documented.map(({ title, url }) => ({ name: title, url, type: LinkType.DEFAULT })),
      },
    },
    ...stepsOf(result),
  ];
  if (evidence !== undefined) {
    messages.push(attachment('Timeline', timelineSvg(evidence, claim.says), ContentType.SVG));
    messages.push(attachment('Timeline as text', timelineText(evidence), ContentType.TEXT));
    const counters = countersText(evidence);
    if (counters !== '') messages.push(attachment('Queue counters', counters, ContentType.TEXT));
  }
  if (log !== undefined) messages.push(attachment("Broker's log", log, ContentType.TEXT));
  return messages;
}

/** `epic` to `suite` are for other readers of Allure results: they know no areas and topics. */
function labelsOf(
  { claim, queueType, verdict }: ClaimResult,
  broker: BrokerDescription | undefined,
): Label[] {
  return [
    { name: 'area', value: claim.area },
    { name: 'topic', value: claim.topic },
    { name: 'epic', value: claim.area },
    { name: 'feature', value: claim.topic },
    { name: 'story', value: claim.id },
    { name: 'parentSuite', value: claim.area },
    { name: 'suite', value: claim.topic },
    { name: 'claim', value: claim.id },
    { name: 'verdict', value: verdict },
    ...(queueType === undefined ? [] : [{ name: 'queue type', value: queueType }]),
    ...(broker === undefined
      ? []
      : [
          { name: 'broker', value: `${broker.product} ${broker.version}` },
          { name: 'provider', value: broker.provider },
        ]),
    ...claim.tags.map((tag) => ({ name: 'tag', value: tag })),
  ];
}

/** Gives the result its place in the report and an identity that depends on nothing but the claim's id. */
export function identify(
  allure: TestResult,
  result: ClaimResult,
  broker: BrokerDescription | undefined,
): void {
  const { claim } = result;
  allure.fullName = outcomeName(claim.id, result.queueType);
  allure.titlePath = [claim.area, claim.topic];
  allure.labels = labelsOf(result, broker);
}

/** Gives the result its status, and says why. */
export function judge(allure: TestResult, result: ClaimResult): void {
  const { verdict, reason, errors } = result;
  const [first] = errors;
  allure.status = statuses[verdict];
  allure.stage = Stage.FINISHED;
  const failed = verdict === 'violated' || verdict === 'could not run';
  if (!failed && reason === undefined) return;
  allure.statusDetails = {
    message: failed ? messagesOf(result).join('\n\n') : `${capitalised(verdict)}: ${reason}`,
    ...(errors.length === 0 ? {} : { trace: errors.map(stackOf).join('\n\n') }),
    ...(first?.expected === undefined ? {} : { expected: first.expected }),
    ...(first?.actual === undefined ? {} : { actual: first.actual }),
  };
}
