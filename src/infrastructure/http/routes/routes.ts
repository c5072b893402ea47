import type { HttpServer } from '@nestjs/common';

/** The parts of Express' router that list its routes. */
type Router = {
  readonly stack: readonly {
    readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
    match(path: string): boolean;
  }[];
};

export type Route = { readonly method: string; readonly path: string };

const layersOf = (adapter: HttpServer): Router['stack'] =>
  (adapter.getInstance() as { readonly router: Router }).router.stack;

const methodsIn = (methods: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(methods)
    .filter((method) => methods[method])
    .map((method) => method.toUpperCase());

/** All routes of the service, in the order in which Express tries them. */
export const routeTable = (adapter: HttpServer): readonly Route[] =>
  layersOf(adapter).flatMap(({ route }) =>
    route ? methodsIn(route.methods).map((method) => ({ method, path: route.path })) : [],
  );

/** The methods that a path supports, for `Allow`; empty when no route matches the path. */
export const methodsOf = (adapter: HttpServer, path: string): readonly string[] => {
  const matching = layersOf(adapter).filter((layer) => layer.route && layer.match(path));
  const methods = new Set(matching.flatMap(({ route }) => (route ? methodsIn(route.methods) : [])));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
};
