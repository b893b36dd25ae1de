import type { Event } from '@kelp/contract-event';
import { classify, RULES_VERSION } from '../classification/classify.js';
import { UserAgents } from '../classification/user-agent.js';
import { Dimensions } from './dimension.js';
import type { Findings } from './event-rows.js';
import { type Facet, FacetKind, Facets, linkOf } from './facet.js';

export { RULES_VERSION };

/** Finds out what an event does not say by itself: its dimension and facets, and who caused it. */
export class Inspector {
  readonly dimensions = new Dimensions();
  readonly facets = new Facets();
  private readonly userAgents = new UserAgents();

  inspect(event: Event): Findings {
    const userAgent = this.userAgents.of(event.userAgent);
    const { type, machineGenerated } = event;
    const { device, client } = userAgent;
    const { actor, reason } = classify({ type, machineGenerated, userAgent }, RULES_VERSION);
    return {
      dimension: this.dimensions.of(event),
      facets: this.facetsOf(event, device, client),
      device,
      client,
      actor,
      reason,
    };
  }

  private facetsOf(event: Event, device: string, client: string): Facet[] {
    const facets: Facet[] = [];
    const add = (kind: FacetKind, value: string) => {
      if (value !== '') facets.push(this.facets.of(kind, value));
    };
    add(FacetKind.domain, event.recipientDomain);
    add(FacetKind.country, event.ipCountry);
    add(FacetKind.device, device);
    add(FacetKind.client, client);
    add(FacetKind.link, linkOf(event.url));
    for (const tag of event.tags) {
      const facet = this.facets.of(FacetKind.tag, tag);
      if (!facets.some(({ idText }) => idText === facet.idText)) facets.push(facet);
    }
    return facets;
  }
}
