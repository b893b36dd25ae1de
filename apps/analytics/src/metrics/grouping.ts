import { Dimension } from '@kelp/contract-analytics';
import { namePattern } from '@kelp/resource';
import { FacetKind } from '../event/facet.js';

export const organizationName = namePattern('organizations/{organization}');
export const templateName = namePattern('organizations/{organization}/templates/{template}');
export const versionName = namePattern('organizations/{organization}/templates/{template}/versions/{version}');
const connectionName = namePattern('organizations/{organization}/connections/{connection}');
const workspaceName = namePattern('organizations/{organization}/workspaces/{workspace}');

/** A dimension that each event has: columns of table dimension. */
export interface Grouping {
  /** What tells rows apart; the last one holds the value. */
  readonly columns: readonly string[];
  readonly sqlType: 'uuid' | 'integer' | 'text';
  /** The value of the last column as answers write it. */
  format(value: unknown, organization: string): string;
  /** The value of the last column, null where there is none; undefined where the text is not one. */
  parse(text: string, organization: string): string | number | null | undefined;
}

const text = (column: string): Grouping => ({
  columns: [column],
  sqlType: 'text',
  format: String,
  parse: (value) => value.replaceAll('\0', '\ufffd'),
});

const number = (columns: readonly string[], max: number): Grouping => ({
  columns,
  sqlType: 'integer',
  format: String,
  parse: (value) => (/^\d{1,10}$/.test(value) && Number(value) <= max ? Number(value) : undefined),
});

const named = (
  column: string,
  format: (organization: string, id: string) => string,
  parse: (name: string) => { organization: string; id: string } | undefined,
): Grouping => ({
  columns: [column],
  sqlType: 'uuid',
  format: (value, organization) => (value === null ? '' : format(organization, String(value))),
  parse: (name, organization) => {
    if (name === '') return null;
    const parts = parse(name);
    return parts?.organization === organization ? parts.id : undefined;
  },
});

export const GROUPINGS: Partial<Record<Dimension, Grouping>> = {
  [Dimension.TEMPLATE]: named(
    'template_id',
    (organization, template) => templateName.format({ organization, template }),
    (name) => {
      const parts = templateName.parse(name);
      return parts && { organization: parts.organization, id: parts.template };
    },
  ),
  [Dimension.VERSION]: number(['template_id', 'template_version'], 2_147_483_647),
  [Dimension.LOCALE]: text('locale'),
  [Dimension.VARIANT]: text('variant'),
  [Dimension.CAMPAIGN]: text('campaign'),
  [Dimension.CONNECTION]: named(
    'connection_id',
    (organization, connection) => connectionName.format({ organization, connection }),
    (name) => {
      const parts = connectionName.parse(name);
      return parts && { organization: parts.organization, id: parts.connection };
    },
  ),
  [Dimension.PROVIDER]: number(['provider'], 32_767),
  [Dimension.WORKSPACE]: named(
    'workspace_id',
    (organization, workspace) => workspaceName.format({ organization, workspace }),
    (name) => {
      const parts = workspaceName.parse(name);
      return parts && { organization: parts.organization, id: parts.workspace };
    },
  ),
};

/** The dimensions that are facets. */
export const FACETS: Partial<Record<Dimension, FacetKind>> = {
  [Dimension.RECIPIENT_DOMAIN]: FacetKind.domain,
  [Dimension.COUNTRY]: FacetKind.country,
  [Dimension.DEVICE]: FacetKind.device,
  [Dimension.CLIENT]: FacetKind.client,
  [Dimension.LINK]: FacetKind.link,
  [Dimension.TAG]: FacetKind.tag,
};
