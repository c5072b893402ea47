import type { HttpServer } from '@nestjs/common';

/** The parts of express' router that tell which routes there are. */
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

/** Every route of the service, in the order in which they are tried. */
export const routeTable = (adapter: HttpServer): readonly Route[] =>
  layersOf(adapter).flatMap(({ route }) =>
    route ? methodsIn(route.methods).map((method) => ({ method, path: route.path })) : [],
  );

/** The methods that a path takes, for `Allow`; none when no route fits it. */
export const methodsOf = (adapter: HttpServer, path: string): readonly string[] => {
  const fitting = layersOf(adapter).filter((layer) => layer.route && layer.match(path));
  const methods = new Set(fitting.flatMap(({ route }) => (route ? methodsIn(route.methods) : [])));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
};
