#compdef kubectl-argo-rollouts
# zsh completion for kubectl-argo-rollouts: source <(kubectl-argo-rollouts completion zsh)
_kubectl_argo_rollouts() {
  local -a answer candidates
  local line directive tab=$'\t'
  answer=("${(@f)$(kubectl-argo-rollouts __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${answer[@]}"; do
    if [[ $line == :* ]]; then
      directive=${line#:}
    elif [[ $line == *$tab* ]]; then
      candidates+=("${line%%$tab*}:${line#*$tab}")
    elif [[ -n $line ]]; then
      candidates+=("${line//:/\\:}")
    fi
  done
  [[ $directive == 1 ]] && return 1
  if [[ $directive == 0 ]]; then
    _files
  else
    _describe 'kubectl-argo-rollouts' candidates
  fi
}
compdef _kubectl_argo_rollouts kubectl-argo-rollouts
