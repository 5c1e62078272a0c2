using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Runners;

/// <summary>How work reaches runners over HTTPS.</summary>
public sealed class ClaimingOverHttps(TestSilo silo) : Claiming(silo), IClassFixture<TestSilo>;

/// <summary>How work reaches runners at a gateway.</summary>
public sealed class ClaimingOverGrains(GrainCalledSilo called) : Claiming(called.Silo), IClassFixture<GrainCalledSilo>;

/// <summary>How runners come and go over HTTPS.</summary>
public sealed class EnrollingOverHttps(TestSilo silo) : Enrolling(silo), IClassFixture<TestSilo>;

/// <summary>How runners at a gateway come and go.</summary>
public sealed class EnrollingOverGrains(GrainCalledSilo called) : Enrolling(called.Silo), IClassFixture<GrainCalledSilo>;

/// <summary>What runners tell over HTTPS.</summary>
public sealed class ReportingOverHttps(TestSilo silo) : Reporting(silo), IClassFixture<TestSilo>;

/// <summary>What runners at a gateway tell.</summary>
public sealed class ReportingOverGrains(GrainCalledSilo called) : Reporting(called.Silo), IClassFixture<GrainCalledSilo>;

/// <summary>How runners get zips over HTTPS.</summary>
public sealed class FetchingZipsOverHttps(TestSilo silo) : FetchingZips(silo), IClassFixture<TestSilo>;

/// <summary>How runners at a gateway get zips.</summary>
public sealed class FetchingZipsOverGrains(GrainCalledSilo called) : FetchingZips(called.Silo), IClassFixture<GrainCalledSilo>;

/// <summary>What runners can't take from each other over HTTPS.</summary>
public sealed class StolenLeasesOverHttps(TestSilo silo) : StolenLeases(silo), IClassFixture<TestSilo>;

/// <summary>What runners at a gateway can't take from each other.</summary>
public sealed class StolenLeasesOverGrains(GrainCalledSilo called) : StolenLeases(called.Silo), IClassFixture<GrainCalledSilo>;
