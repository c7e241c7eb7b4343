/**
 * The faults of a manifest by Kubernetes' own schema, and strictly: a field that the schema does not know is a fault too, as with
 * `kubectl apply --validate=strict`. The compiled validators of kubernetes-models say nothing about such fields, but they look at
 * every field that they know: what they never looked at is unknown.
 */
export async function schemaFaults(manifest) {
  const validate = await validatorOf(manifest);
  if (!validate) return [`there is no ${manifest.kind} in ${manifest.apiVersion}`];
  const seen = new Set();
  validate(watch(manifest, '', seen));
  const wrong = (validate.errors ?? []).map(({ instancePath, message, keyword, params }) => `${instancePath || '/'} ${message ?? `${keyword} ${JSON.stringify(params)}`}`);
  return [...wrong, ...unseen(manifest, '', seen).map((path) => `${path} is not a field that Kubernetes knows`)];
}

/** `apps/v1` Deployment is IoK8sApiAppsV1Deployment, `networking.k8s.io/v1` NetworkPolicy IoK8sApiNetworkingV1NetworkPolicy. */
async function validatorOf({ apiVersion = '', kind = '' }) {
  const [version, group = 'core'] = apiVersion.split('/').reverse();
  const name = ['IoK8sApi', capital(group.split('.')[0]), capital(version), kind].join('');
  try {
    return (await import(`kubernetes-models/_schemas/${name}`)).validate;
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function watch(value, path, seen) {
  if (value === null || typeof value !== 'object') return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === 'string') seen.add(`${path}/${key}`);
      return watch(target[key], `${path}/${String(key)}`, seen);
    },
  });
}

/** The topmost fields that were never looked at. */
function unseen(value, path, seen) {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}/${key}`;
    return seen.has(here) ? unseen(inner, here, seen) : [here];
  });
}
