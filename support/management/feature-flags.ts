import { z } from 'zod';
import type { ManagementHttp } from './http.ts';
import { listing, told } from './schemas.ts';

const featureFlagSchema = z.looseObject({ name: z.string(), state: told(z.string()) });

/** What a broker can do that not each of its versions can. @see https://www.rabbitmq.com/docs/feature-flags */
export function featureFlagsOf(http: ManagementHttp) {
  return {
    list: async () => await http.get('/feature-flags', listing(featureFlagSchema)),
  };
}
