package dev.rollouts.engine.hash;

/**
 * The fields of the types that make up a pod template or a step, in the order in which Kubernetes'
 * and Argo Rollouts' own types (Kubernetes 1.34) declare them: facts about their JSON, which no
 * schema states.
 *
 * <p>A type stands at the start of a line. A field is {@code name}, then {@code ?} if it is left
 * out when empty, then {@code :type} unless it is a plain string; {@code *} is a pointer, {@code
 * []} a list of, {@code {}} a map of.
 */
final class FieldOrder {
  static final String TEXT =
      """
      AWSElasticBlockStoreVolumeSource volumeID fsType? partition?:int32 readOnly?:bool
      Affinity nodeAffinity?:*NodeAffinity podAffinity?:*PodAffinity
        podAntiAffinity?:*PodAntiAffinity
      AnalysisRunArgument name value? valueFrom?:*ArgumentValueFrom
      AnalysisRunMetadata labels?:{}string annotations?:{}string
      AnalysisTemplateRef templateName clusterScope?:*bool
      AppArmorProfile type localhostProfile?:*string
      ArgumentValueFrom podTemplateHashValue?:*string fieldRef?:*FieldRef
      AzureDiskVolumeSource diskName diskURI cachingMode?:*string fsType?:*string readOnly?:*bool
        kind?:*string
      AzureFileVolumeSource secretName shareName readOnly?:bool
      CSIVolumeSource driver readOnly?:*bool fsType?:*string volumeAttributes?:{}string
        nodePublishSecretRef?:*LocalObjectReference
      CanaryStep setWeight?:*int32 pause?:*RolloutPause experiment?:*RolloutExperimentStep
        analysis?:*RolloutAnalysis setCanaryScale?:*SetCanaryScale setHeaderRoute?:*SetHeaderRoute
        setMirrorRoute?:*SetMirrorRoute plugin?:*PluginStep
      Capabilities add?:[]string drop?:[]string
      CephFSVolumeSource monitors:[]string path? user? secretFile?
        secretRef?:*LocalObjectReference readOnly?:bool
      CinderVolumeSource volumeID fsType? readOnly?:bool secretRef?:*LocalObjectReference
      ClusterTrustBundleProjection name?:*string signerName?:*string labelSelector?:*LabelSelector
        optional?:*bool path
      ConfigMapEnvSource name? optional?:*bool
      ConfigMapKeySelector name? key optional?:*bool
      ConfigMapProjection name? items?:[]KeyToPath optional?:*bool
      ConfigMapVolumeSource name? items?:[]KeyToPath defaultMode?:*int32 optional?:*bool
      Container name image? command?:[]string args?:[]string workingDir? ports?:[]ContainerPort
        envFrom?:[]EnvFromSource env?:[]EnvVar resources?:ResourceRequirements
        resizePolicy?:[]ContainerResizePolicy restartPolicy?:*string
        restartPolicyRules?:[]ContainerRestartRule volumeMounts?:[]VolumeMount
        volumeDevices?:[]VolumeDevice livenessProbe?:*Probe readinessProbe?:*Probe
        startupProbe?:*Probe lifecycle?:*Lifecycle terminationMessagePath?
        terminationMessagePolicy? imagePullPolicy? securityContext?:*SecurityContext stdin?:bool
        stdinOnce?:bool tty?:bool
      ContainerPort name? hostPort?:int32 containerPort:int32 protocol? hostIP?
      ContainerResizePolicy resourceName restartPolicy
      ContainerRestartRule action? exitCodes?:*ContainerRestartRuleOnExitCodes
      ContainerRestartRuleOnExitCodes operator? values?:[]int32
      DownwardAPIProjection items?:[]DownwardAPIVolumeFile
      DownwardAPIVolumeFile path fieldRef?:*ObjectFieldSelector
        resourceFieldRef?:*ResourceFieldSelector mode?:*int32
      DownwardAPIVolumeSource items?:[]DownwardAPIVolumeFile defaultMode?:*int32
      DryRun metricName
      EmptyDirVolumeSource medium? sizeLimit?:*quantity
      EnvFromSource prefix? configMapRef?:*ConfigMapEnvSource secretRef?:*SecretEnvSource
      EnvVar name value? valueFrom?:*EnvVarSource
      EnvVarSource fieldRef?:*ObjectFieldSelector resourceFieldRef?:*ResourceFieldSelector
        configMapKeyRef?:*ConfigMapKeySelector secretKeyRef?:*SecretKeySelector
        fileKeyRef?:*FileKeySelector
      EphemeralContainer name image? command?:[]string args?:[]string workingDir?
        ports?:[]ContainerPort envFrom?:[]EnvFromSource env?:[]EnvVar
        resources?:ResourceRequirements resizePolicy?:[]ContainerResizePolicy
        restartPolicy?:*string restartPolicyRules?:[]ContainerRestartRule
        volumeMounts?:[]VolumeMount volumeDevices?:[]VolumeDevice livenessProbe?:*Probe
        readinessProbe?:*Probe startupProbe?:*Probe lifecycle?:*Lifecycle terminationMessagePath?
        terminationMessagePolicy? imagePullPolicy? securityContext?:*SecurityContext stdin?:bool
        stdinOnce?:bool tty?:bool targetContainerName?
      EphemeralVolumeSource volumeClaimTemplate?:*PersistentVolumeClaimTemplate
      ExecAction command?:[]string
      FCVolumeSource targetWWNs?:[]string lun?:*int32 fsType? readOnly?:bool wwids?:[]string
      FieldRef fieldPath
      FileKeySelector volumeName path key optional?:*bool
      FlexVolumeSource driver fsType? secretRef?:*LocalObjectReference readOnly?:bool
        options?:{}string
      FlockerVolumeSource datasetName? datasetUUID?
      GCEPersistentDiskVolumeSource pdName fsType? partition?:int32 readOnly?:bool
      GRPCAction port:int32 service:*string
      GitRepoVolumeSource repository revision? directory?
      GlusterfsVolumeSource endpoints path readOnly?:bool
      HTTPGetAction path? port:intOrString host? scheme? httpHeaders?:[]HTTPHeader
      HTTPHeader name value
      HeaderRoutingMatch headerName headerValue:*StringMatch
      HostAlias ip hostnames?:[]string
      HostPathVolumeSource path type?:*string
      ISCSIVolumeSource targetPortal iqn lun:int32 iscsiInterface? fsType? readOnly?:bool
        portals?:[]string chapAuthDiscovery?:bool chapAuthSession?:bool
        secretRef?:*LocalObjectReference initiatorName?:*string
      ImageVolumeSource reference? pullPolicy?
      KeyToPath key path mode?:*int32
      LabelSelector matchLabels?:{}string matchExpressions?:[]LabelSelectorRequirement
      LabelSelectorRequirement key operator values?:[]string
      Lifecycle postStart?:*LifecycleHandler preStop?:*LifecycleHandler stopSignal?:*string
      LifecycleHandler exec?:*ExecAction httpGet?:*HTTPGetAction tcpSocket?:*TCPSocketAction
        sleep?:*SleepAction
      LocalObjectReference name?
      ManagedFieldsEntry manager? operation? apiVersion? time?:*time fieldsType? fieldsV1?:*raw
        subresource?
      MeasurementRetention metricName limit:int32
      NFSVolumeSource server path readOnly?:bool
      NodeAffinity requiredDuringSchedulingIgnoredDuringExecution?:*NodeSelector
        preferredDuringSchedulingIgnoredDuringExecution?:[]PreferredSchedulingTerm
      NodeSelector nodeSelectorTerms:[]NodeSelectorTerm
      NodeSelectorRequirement key operator values?:[]string
      NodeSelectorTerm matchExpressions?:[]NodeSelectorRequirement
        matchFields?:[]NodeSelectorRequirement
      ObjectFieldSelector apiVersion? fieldPath
      ObjectMeta name? generateName? namespace? selfLink? uid? resourceVersion? generation?:int64
        creationTimestamp?:time deletionTimestamp?:*time deletionGracePeriodSeconds?:*int64
        labels?:{}string annotations?:{}string ownerReferences?:[]OwnerReference
        finalizers?:[]string managedFields?:[]ManagedFieldsEntry
      OwnerReference apiVersion kind name uid controller?:*bool blockOwnerDeletion?:*bool
      PersistentVolumeClaimSpec accessModes?:[]string selector?:*LabelSelector
        resources?:VolumeResourceRequirements volumeName? storageClassName?:*string
        volumeMode?:*string dataSource?:*TypedLocalObjectReference
        dataSourceRef?:*TypedObjectReference volumeAttributesClassName?:*string
      PersistentVolumeClaimTemplate metadata?:ObjectMeta spec:PersistentVolumeClaimSpec
      PersistentVolumeClaimVolumeSource claimName readOnly?:bool
      PhotonPersistentDiskVolumeSource pdID fsType?
      PluginStep name config?:raw
      PodAffinity requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm
        preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
      PodAffinityTerm labelSelector?:*LabelSelector namespaces?:[]string topologyKey
        namespaceSelector?:*LabelSelector matchLabelKeys?:[]string mismatchLabelKeys?:[]string
      PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm
        preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
      PodCertificateProjection signerName? keyType? maxExpirationSeconds?:*int32
        credentialBundlePath? keyPath? certificateChainPath?
      PodDNSConfig nameservers?:[]string searches?:[]string options?:[]PodDNSConfigOption
      PodDNSConfigOption name? value?:*string
      PodOS name
      PodReadinessGate conditionType
      PodResourceClaim name resourceClaimName?:*string resourceClaimTemplateName?:*string
      PodSchedulingGate name
      PodSecurityContext seLinuxOptions?:*SELinuxOptions
        windowsOptions?:*WindowsSecurityContextOptions runAsUser?:*int64 runAsGroup?:*int64
        runAsNonRoot?:*bool supplementalGroups?:[]int64 supplementalGroupsPolicy?:*string
        fsGroup?:*int64 sysctls?:[]Sysctl fsGroupChangePolicy?:*string
        seccompProfile?:*SeccompProfile appArmorProfile?:*AppArmorProfile
        seLinuxChangePolicy?:*string
      PodSpec volumes?:[]Volume initContainers?:[]Container containers:[]Container
        ephemeralContainers?:[]EphemeralContainer restartPolicy?
        terminationGracePeriodSeconds?:*int64 activeDeadlineSeconds?:*int64 dnsPolicy?
        nodeSelector?:{}string serviceAccountName? serviceAccount?
        automountServiceAccountToken?:*bool nodeName? hostNetwork?:bool hostPID?:bool
        hostIPC?:bool shareProcessNamespace?:*bool securityContext?:*PodSecurityContext
        imagePullSecrets?:[]LocalObjectReference hostname? subdomain? affinity?:*Affinity
        schedulerName? tolerations?:[]Toleration hostAliases?:[]HostAlias priorityClassName?
        priority?:*int32 dnsConfig?:*PodDNSConfig readinessGates?:[]PodReadinessGate
        runtimeClassName?:*string enableServiceLinks?:*bool preemptionPolicy?:*string
        overhead?:{}quantity topologySpreadConstraints?:[]TopologySpreadConstraint
        setHostnameAsFQDN?:*bool os?:*PodOS hostUsers?:*bool schedulingGates?:[]PodSchedulingGate
        resourceClaims?:[]PodResourceClaim resources?:*ResourceRequirements
        hostnameOverride?:*string
      PodTemplateMetadata labels?:{}string annotations?:{}string
      PodTemplateSpec metadata?:ObjectMeta spec?:PodSpec
      PortworxVolumeSource volumeID fsType? readOnly?:bool
      PreferredSchedulingTerm weight:int32 preference:NodeSelectorTerm
      Probe exec?:*ExecAction httpGet?:*HTTPGetAction tcpSocket?:*TCPSocketAction
        grpc?:*GRPCAction initialDelaySeconds?:int32 timeoutSeconds?:int32 periodSeconds?:int32
        successThreshold?:int32 failureThreshold?:int32 terminationGracePeriodSeconds?:*int64
      ProjectedVolumeSource sources:[]VolumeProjection defaultMode?:*int32
      QuobyteVolumeSource registry volume readOnly?:bool user? group? tenant?
      RBDVolumeSource monitors:[]string image fsType? pool? user? keyring?
        secretRef?:*LocalObjectReference readOnly?:bool
      ResourceClaim name request?
      ResourceFieldSelector containerName? resource divisor?:quantity
      ResourceRequirements limits?:{}quantity requests?:{}quantity claims?:[]ResourceClaim
      RolloutAnalysis templates?:[]AnalysisTemplateRef args?:[]AnalysisRunArgument
        dryRun?:[]DryRun measurementRetention?:[]MeasurementRetention
        analysisRunMetadata?:*AnalysisRunMetadata
      RolloutExperimentStep templates:[]RolloutExperimentTemplate duration?
        analyses?:[]RolloutExperimentStepAnalysisTemplateRef dryRun?:[]DryRun
        analysisRunMetadata?:AnalysisRunMetadata scaleDownDelaySeconds?:*int32
      RolloutExperimentStepAnalysisTemplateRef name templateName clusterScope?:*bool
        args?:[]AnalysisRunArgument requiredForCompletion?:bool
      RolloutExperimentTemplate name specRef replicas?:*int32 metadata?:PodTemplateMetadata
        selector?:*LabelSelector weight?:*int32 service?:*TemplateService
      RolloutPause duration?:*intOrString
      RouteMatch method?:*StringMatch path?:*StringMatch headers?:{}StringMatch
      SELinuxOptions user? role? type? level?
      ScaleIOVolumeSource gateway system secretRef:*LocalObjectReference sslEnabled?:bool
        protectionDomain? storagePool? storageMode? volumeName? fsType? readOnly?:bool
      SeccompProfile type localhostProfile?:*string
      SecretEnvSource name? optional?:*bool
      SecretKeySelector name? key optional?:*bool
      SecretProjection name? items?:[]KeyToPath optional?:*bool
      SecretVolumeSource secretName? items?:[]KeyToPath defaultMode?:*int32 optional?:*bool
      SecurityContext capabilities?:*Capabilities privileged?:*bool
        seLinuxOptions?:*SELinuxOptions windowsOptions?:*WindowsSecurityContextOptions
        runAsUser?:*int64 runAsGroup?:*int64 runAsNonRoot?:*bool readOnlyRootFilesystem?:*bool
        allowPrivilegeEscalation?:*bool procMount?:*string seccompProfile?:*SeccompProfile
        appArmorProfile?:*AppArmorProfile
      ServiceAccountTokenProjection audience? expirationSeconds?:*int64 path
      SetCanaryScale weight?:*int32 replicas?:*int32 matchTrafficWeight?:bool
      SetHeaderRoute name? match?:[]HeaderRoutingMatch
      SetMirrorRoute name match?:[]RouteMatch percentage?:*int32
      SleepAction seconds:int64
      StorageOSVolumeSource volumeName? volumeNamespace? fsType? readOnly?:bool
        secretRef?:*LocalObjectReference
      StringMatch exact? prefix? regex?
      Sysctl name value
      TCPSocketAction port:intOrString host?
      TemplateService name?
      Toleration key? operator? value? effect? tolerationSeconds?:*int64
      TopologySpreadConstraint maxSkew:int32 topologyKey whenUnsatisfiable
        labelSelector?:*LabelSelector minDomains?:*int32 nodeAffinityPolicy?:*string
        nodeTaintsPolicy?:*string matchLabelKeys?:[]string
      TypedLocalObjectReference apiGroup:*string kind name
      TypedObjectReference apiGroup:*string kind name namespace?:*string
      Volume name hostPath?:*HostPathVolumeSource emptyDir?:*EmptyDirVolumeSource
        gcePersistentDisk?:*GCEPersistentDiskVolumeSource
        awsElasticBlockStore?:*AWSElasticBlockStoreVolumeSource gitRepo?:*GitRepoVolumeSource
        secret?:*SecretVolumeSource nfs?:*NFSVolumeSource iscsi?:*ISCSIVolumeSource
        glusterfs?:*GlusterfsVolumeSource
        persistentVolumeClaim?:*PersistentVolumeClaimVolumeSource rbd?:*RBDVolumeSource
        flexVolume?:*FlexVolumeSource cinder?:*CinderVolumeSource cephfs?:*CephFSVolumeSource
        flocker?:*FlockerVolumeSource downwardAPI?:*DownwardAPIVolumeSource fc?:*FCVolumeSource
        azureFile?:*AzureFileVolumeSource configMap?:*ConfigMapVolumeSource
        vsphereVolume?:*VsphereVirtualDiskVolumeSource quobyte?:*QuobyteVolumeSource
        azureDisk?:*AzureDiskVolumeSource photonPersistentDisk?:*PhotonPersistentDiskVolumeSource
        projected?:*ProjectedVolumeSource portworxVolume?:*PortworxVolumeSource
        scaleIO?:*ScaleIOVolumeSource storageos?:*StorageOSVolumeSource csi?:*CSIVolumeSource
        ephemeral?:*EphemeralVolumeSource image?:*ImageVolumeSource
      VolumeDevice name devicePath
      VolumeMount name readOnly?:bool recursiveReadOnly?:*string mountPath subPath?
        mountPropagation?:*string subPathExpr?
      VolumeProjection secret?:*SecretProjection downwardAPI?:*DownwardAPIProjection
        configMap?:*ConfigMapProjection serviceAccountToken?:*ServiceAccountTokenProjection
        clusterTrustBundle?:*ClusterTrustBundleProjection
        podCertificate?:*PodCertificateProjection
      VolumeResourceRequirements limits?:{}quantity requests?:{}quantity
      VsphereVirtualDiskVolumeSource volumePath fsType? storagePolicyName? storagePolicyID?
      WeightedPodAffinityTerm weight:int32 podAffinityTerm:PodAffinityTerm
      WindowsSecurityContextOptions gmsaCredentialSpecName?:*string gmsaCredentialSpec?:*string
        runAsUserName?:*string hostProcess?:*bool
      """;

  private FieldOrder() {}
}
