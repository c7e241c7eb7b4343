/** What is wrong with the pods of a Deployment or a Job, as far as a schema cannot tell. `all`: every manifest. */
export function podFaults({ spec }, all, facts) {
  const template = spec?.template;
  if (!template) return [];
  const pod = template.spec;
  return [...own(spec, template), ...identity(pod, facts), ...pod.containers.flatMap((container) => containerFaults(container, all, facts).map((fault) => `${container.name}: ${fault}`))];
}

function own({ selector }, { metadata }) {
  const strays = Object.entries(selector?.matchLabels ?? {}).filter(([name, value]) => metadata.labels[name] !== value);
  return strays.map(([name]) => `its selector wants another ${name} than its pods have`);
}

function identity({ securityContext = {}, automountServiceAccountToken }, { user }) {
  const { runAsNonRoot, runAsUser, runAsGroup, seccompProfile } = securityContext;
  return [
    ...(runAsNonRoot === true ? [] : ['it may run as root']),
    ...(`${runAsUser}:${runAsGroup}` === user ? [] : [`it runs as ${runAsUser}:${runAsGroup}, and the image as ${user}`]),
    ...(seccompProfile?.type === 'RuntimeDefault' ? [] : ['it has no seccomp profile']),
    ...(automountServiceAccountToken === false ? [] : ['it is handed a token of the cluster that it has no use for']),
  ];
}

function containerFaults(container, all, facts) {
  const { image, args = [], resources = {} } = container;
  return [
    ...(image === facts.image ? [] : [`${image} is not ${facts.image}`]),
    ...(resources.requests?.cpu && resources.requests?.memory && resources.limits?.memory ? [] : ['it has no requests, or no limit of memory']),
    ...args.filter((word) => word.startsWith('dist/') && !facts.exists(word)).map((word) => `${word} is not there after a build`),
    ...confinement(container),
    ...probes(container),
    ...environment(container, all, facts),
  ];
}

function confinement({ securityContext = {} }) {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = securityContext;
  return [
    ...(allowPrivilegeEscalation === false ? [] : ['it may gain privileges']),
    ...(readOnlyRootFilesystem === true ? [] : ['it may write to its root file system']),
    ...(capabilities?.drop?.includes('ALL') && !capabilities.add ? [] : ['it keeps capabilities']),
  ];
}

/** What listens is asked whether it has started, lives and is ready, on a port that it has. */
function probes({ ports = [], ...container }) {
  if (ports.length === 0) return [];
  return ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((kind) => {
    const asked = container[kind]?.httpGet;
    if (!asked) return [`it has no ${kind}`];
    const path = kind === 'readinessProbe' ? '/readyz' : '/healthz';
    return [...(asked.path === path ? [] : [`its ${kind} asks ${asked.path} and not ${path}`]), ...(ports.some(({ name }) => name === asked.port) ? [] : [`its ${kind} asks a port that it has not`])];
  });
}

function environment({ env = [], envFrom = [] }, all, { settings }) {
  const keys = (kind, name) => {
    const found = all.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    return found && Object.keys(found.data ?? found.stringData);
  };
  const secrets = env.map(({ valueFrom }) => valueFrom?.secretKeyRef).filter(Boolean);
  return [
    ...env.filter(({ name }) => !settings.has(name)).map(({ name }) => `${name} is no setting of .env.example`),
    ...secrets.filter(({ name, key }) => !keys('Secret', name)?.includes(key)).map(({ name, key }) => `there is no ${key} in the Secret ${name}`),
    ...envFrom.filter(({ configMapRef }) => !keys('ConfigMap', configMapRef?.name)).map(({ configMapRef }) => `there is no ConfigMap ${configMapRef?.name}`),
  ];
}
