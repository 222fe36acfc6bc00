import { z } from 'zod';
import { type FieldsOf, matching, strict, valueOr, wholeNumber } from './config-fields';
import type { ExposureInput, HostedZoneInput, HttpApiInput, ThrottleInput } from './exposure-input';
import {
  CERTIFICATE_ARN,
  CERTIFICATE_ARN_ALLOWED,
  certificateProblem,
  DEFAULT_THROTTLE,
  DOMAIN_NAME_ALLOWED,
  domainNameProblem,
  isInZone,
  MOST_THROTTLE,
} from './http-api-rules';

const domainName = z.string({ error: DOMAIN_NAME_ALLOWED }).superRefine((text, context) => {
  const message = domainNameProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const hostedZoneFields = {
  id: matching(/^Z[A-Z0-9]{1,31}$/, "a hosted zone's id in Route 53, such as 'Z0123456789ABCDEFGHIJ'"),
  name: domainName,
} satisfies FieldsOf<HostedZoneInput>;

const throttleFields = {
  rate: wholeNumber('calls a second', 1, MOST_THROTTLE.rate).default(DEFAULT_THROTTLE.rate),
  burst: wholeNumber('calls', 1, MOST_THROTTLE.burst).default(DEFAULT_THROTTLE.burst),
} satisfies FieldsOf<ThrottleInput>;

const httpApiFields = {
  domainName,
  certificateArn: matching(CERTIFICATE_ARN, CERTIFICATE_ARN_ALLOWED),
  hostedZone: strict(hostedZoneFields).exactOptional(),
  throttle: strict(throttleFields).prefault({}),
  keepFunctionUrl: z.boolean({ error: 'true or false' }).default(false),
} satisfies FieldsOf<HttpApiInput>;

const httpApi = strict(httpApiFields).superRefine((api, context) => {
  const { hostedZone } = api;
  // Of a name that is wrong in itself enough is said already.
  if (hostedZone === undefined || domainNameProblem(api.domainName) !== undefined) return;
  if (isInZone(api.domainName, hostedZone.name)) return;
  context.addIssue({
    code: 'custom',
    path: ['hostedZone', 'name'],
    message: `the end of domainName, which is '${api.domainName}': a zone holds only names that end with its own`,
  });
});

const exposureFields = { httpApi } satisfies FieldsOf<ExposureInput>;

/** The setting `exposure` of a stage. */
export const exposureSchema = valueOr('functionUrl', strict(exposureFields, "'functionUrl', or ")).prefault(
  'functionUrl',
);

interface ExposedStage {
  readonly exposure: z.output<typeof exposureSchema>;
  readonly region?: string;
  readonly regions?: Readonly<Record<string, string>>;
  readonly account?: string;
}

/** A domain is in one region, and API Gateway takes a certificate of its own region and account only. */
export function checkExposure(stage: ExposedStage, context: z.core.$RefinementCtx): void {
  const { exposure, region, regions = {}, account } = stage;
  if (exposure === 'functionUrl') return;
  if (Object.keys(regions).length > 1) {
    const message =
      "'functionUrl' with several regions, since each has a URL of its own and a domain name leads to one API";
    context.addIssue({ code: 'custom', path: ['exposure'], message });
    return;
  }
  const message = certificateProblem(exposure.httpApi.certificateArn, { region: region ?? regions.default, account });
  if (message === undefined) return;
  context.addIssue({ code: 'custom', path: ['exposure', 'httpApi', 'certificateArn'], message });
}
