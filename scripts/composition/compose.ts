import { composeServices } from '@apollo/composition';
import { HintLevel, type CompositionHint } from '@apollo/composition/dist/hints.js';
import { parse, type ASTNode, type GraphQLError } from 'graphql';

export interface SubgraphSource {
  name: string;
  url: string;
  sdl: string;
}

export interface Composition {
  /** Undefined when the subgraphs do not compose. */
  supergraph: string | undefined;
  errors: string[];
  /** What composes, but deserves a look. */
  hints: string[];
}

/** Composes the supergraph, and puts into words what the composer finds. */
export function compose(subgraphs: readonly SubgraphSource[]): Composition {
  const services = [];
  for (const { name, url, sdl } of subgraphs) {
    try {
      services.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      return { supergraph: undefined, errors: [`${name}: ${String(error)}`], hints: [] };
    }
  }
  const result = composeServices(services);
  return {
    supergraph: result.supergraphSdl,
    errors: (result.errors ?? []).map(describeError),
    hints: (result.hints ?? [])
      .filter((hint) => hint.definition.level.value > HintLevel.DEBUG)
      .map(describeHint),
  };
}

function describeError(error: GraphQLError): string {
  const { code } = error.extensions as { code?: string };
  return `${code ?? 'ERROR'}: ${indent(error.message)}${describeNodes(error.nodes)}`;
}

function describeHint(hint: CompositionHint): string {
  const where = hint.coordinate ? ` (${hint.coordinate})` : '';
  const { code, level } = hint.definition;
  return `${level.name} ${code}${where}: ${indent(hint.message)}${describeNodes(hint.nodes)}`;
}

/** Where in the subgraphs it is, each place once. */
function describeNodes(nodes: readonly (ASTNode & { subgraph?: string })[] | undefined): string {
  const places = (nodes ?? []).flatMap(({ loc, subgraph }) =>
    loc
      ? [`\n    at ${subgraph ?? 'supergraph'}:${loc.startToken.line}:${loc.startToken.column}`]
      : [],
  );
  return [...new Set(places)].slice(0, 8).join('');
}

function indent(message: string): string {
  return message.replaceAll('\n', '\n    ');
}
