{{/* A manifest of deploy/kubernetes, in the release's namespace. files/ has links to them. */}}
{{- define "manifest" -}}
{{- $manifest := .root.Files.Get (printf "files/%s.yaml" .name) | fromYaml }}
{{- $_ := set $manifest.metadata "namespace" .root.Release.Namespace }}
{{- $labels := $manifest.metadata.labels | default dict }}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .root.Release.Service }}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version) }}
{{- $_ := set $manifest.metadata "labels" $labels }}
{{- toYaml $manifest }}
{{- end }}
