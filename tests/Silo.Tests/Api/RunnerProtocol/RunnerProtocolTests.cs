using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>How work reaches runners over HTTPS.</summary>
public sealed class HttpsTaskClaimTests(TestSilo silo) : TaskClaimContractTests(silo), IClassFixture<TestSilo>;

/// <summary>How work reaches runners at a gateway.</summary>
public sealed class GrainTaskClaimTests(GrainProtocolSiloFixture called) : TaskClaimContractTests(called.Silo), IClassFixture<GrainProtocolSiloFixture>;

/// <summary>How runners come and go over HTTPS.</summary>
public sealed class HttpsEnrolmentTests(TestSilo silo) : EnrolmentContractTests(silo), IClassFixture<TestSilo>;

/// <summary>How runners at a gateway come and go.</summary>
public sealed class GrainEnrolmentTests(GrainProtocolSiloFixture called) : EnrolmentContractTests(called.Silo), IClassFixture<GrainProtocolSiloFixture>;

/// <summary>Runners' reports over HTTPS.</summary>
public sealed class HttpsRunnerReportTests(TestSilo silo) : RunnerReportContractTests(silo), IClassFixture<TestSilo>;

/// <summary>Runners' reports at a gateway.</summary>
public sealed class GrainRunnerReportTests(GrainProtocolSiloFixture called) : RunnerReportContractTests(called.Silo), IClassFixture<GrainProtocolSiloFixture>;

/// <summary>How runners get zips over HTTPS.</summary>
public sealed class HttpsZipDownloadTests(TestSilo silo) : ZipDownloadContractTests(silo), IClassFixture<TestSilo>;

/// <summary>How runners at a gateway get zips.</summary>
public sealed class GrainZipDownloadTests(GrainProtocolSiloFixture called) : ZipDownloadContractTests(called.Silo), IClassFixture<GrainProtocolSiloFixture>;

/// <summary>Runners can't take leases from each other over HTTPS.</summary>
public sealed class HttpsLeaseOwnershipTests(TestSilo silo) : LeaseOwnershipContractTests(silo), IClassFixture<TestSilo>;

/// <summary>Runners at a gateway can't take leases from each other.</summary>
public sealed class GrainLeaseOwnershipTests(GrainProtocolSiloFixture called) : LeaseOwnershipContractTests(called.Silo), IClassFixture<GrainProtocolSiloFixture>;
