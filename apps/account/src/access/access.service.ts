import { type AccessGraph, explain, organizationOf } from '@kelp/access';
import type {
  BatchCheckAccessRequest,
  BatchCheckAccessResponse,
  CheckAccessRequest,
  CheckAccessResponse,
  ListAccessibleRequest,
  ListAccessibleResponse,
  ListPrincipalsRequest,
  ListPrincipalsResponse,
} from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import type { AccessFeed } from './access-feed.js';

/** Answers who may do what, as of now: no change that was answered before is missing. */
@Injectable()
export class AccessService {
  constructor(private readonly feed: AccessFeed) {}

  async check(request: CheckAccessRequest, signal: AbortSignal): Promise<CheckAccessResponse> {
    return answer(await this.feed.current(signal), request);
  }

  async batchCheck({ checks }: BatchCheckAccessRequest, signal: AbortSignal): Promise<BatchCheckAccessResponse> {
    const graph = await this.feed.current(signal);
    return { results: checks.map((check) => answer(graph, check)) };
  }

  async accessible(request: ListAccessibleRequest, signal: AbortSignal): Promise<ListAccessibleResponse> {
    const graph = await this.feed.current(signal);
    return { resources: graph.accessible(request.principal, request.permission) };
  }

  async principals(request: ListPrincipalsRequest, signal: AbortSignal): Promise<ListPrincipalsResponse> {
    const graph = await this.feed.current(signal);
    return { principals: graph.principals(request.permission, request.resource) };
  }

  /** In which workspaces somebody may do something; undefined where it is everywhere. */
  async workspaces(
    { principal, permission }: ListAccessibleRequest,
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    const { resources } = await this.accessible({ principal, permission }, signal);
    return resources.includes(organizationOf(principal)) ? undefined : resources;
  }
}

function answer(graph: AccessGraph, request: CheckAccessRequest): CheckAccessResponse {
  const { principal, permission, resource } = request;
  const allowed = graph.check(principal, permission, resource);
  return { allowed, steps: request.explain ? explain(graph, principal, permission, resource) : [] };
}
